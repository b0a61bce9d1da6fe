import { deflateSync } from 'node:zlib';
import type { CloisterError } from '@cloister/wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canConvert } from '../../../../platform/sandbox/src/testing/can-convert.ts';
import { compoundFile } from '../../../../platform/sandbox/src/testing/compound-file.ts';
import { docx, odt, pdf, xlsx } from '../../../../platform/sandbox/src/testing/documents.ts';
import { linkedImage } from '../../../../platform/sandbox/src/testing/hostile-documents.ts';
import { connectionsDuring } from '../../../../platform/sandbox/src/testing/listener.ts';
import { lockedFile } from '../../../../platform/sandbox/src/testing/locked-file.ts';
import { flatDocument, officeFile } from '../../../../platform/sandbox/src/testing/office-files.ts';
import { zip } from '../../../../platform/sandbox/src/testing/zip.ts';
import { extractText } from './extract-text.ts';
import type { Extracted } from './extracted.ts';
import { defaultExtractLimits as limits } from './limits.ts';

const numRuns = Number(process.env.CLOISTER_RUNS ?? 100);
const MiB = 1024 * 1024;

const read = (bytes: Uint8Array, name = 'file') => extractText(bytes, { name });
const linesOf = (found: Extracted) => ('text' in found ? found.text.split(/\s*[\n\f]\s*/).filter(Boolean) : found);

const person = '<dc:creator>Commentator</dc:creator><dc:date>2026-01-01T00:00:00</dc:date>';
const text = flatDocument(
  'text',
  `<text:tracked-changes><text:changed-region text:id="c1"><text:deletion><office:change-info>${person}</office:change-info><text:p>withdrawn</text:p></text:deletion></text:changed-region></text:tracked-changes>
<text:h text:outline-level="1">Minutes 議事録</text:h>
<text:p>half<text:span>way</text:span> of<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation><text:note-body><text:p>footnoted</text:p></text:note-body></text:note> the river<office:annotation>${person}<text:p>remark</text:p></office:annotation> bank<text:change text:change-id="c1"/></text:p>
<text:p><text:ruby><text:ruby-base>会</text:ruby-base><text:ruby-text>かい</text:ruby-text></text:ruby><text:ruby><text:ruby-base>議</text:ruby-base><text:ruby-text>ぎ</text:ruby-text></text:ruby>室</text:p>
<table:table table:name="T"><table:table-column/><table:table-row><table:table-cell><text:p>회의록</text:p></table:table-cell></table:table-row></table:table>`,
  `<office:automatic-styles><style:page-layout style:name="pm"><style:header-style/><style:footer-style/></style:page-layout></office:automatic-styles><office:master-styles><style:master-page style:name="Standard" style:page-layout-name="pm"><style:header><text:p>letterhead</text:p></style:header><style:footer><text:p>smallprint</text:p></style:footer></style:master-page></office:master-styles>`,
);
const cell = (type: string, shown: string) =>
  `<table:table-cell office:value-type="${type}" office:value="${shown}"><text:p>${shown}</text:p></table:table-cell>`;
const sheets = flatDocument(
  'spreadsheet',
  [
    ['Budget 予算', 'travel', '1234'],
    ['Staff', '회의', '5678'],
  ]
    .map(
      ([name, word = '', number = '']) =>
        `<table:table table:name="${name}"><table:table-row>${cell('string', word)}${cell('float', number)}</table:table-row></table:table>`,
    )
    .join(''),
);
const box = (content: string, more = '') =>
  `<draw:frame ${more} svg:width="10cm" svg:height="3cm" svg:x="1cm" svg:y="1cm"><draw:text-box><text:p>${content}</text:p></draw:text-box></draw:frame>`;
const slides = flatDocument(
  'presentation',
  ['予定', '발표']
    .map(
      (word) =>
        `<draw:page draw:name="p">${box(`slide ${word}`)}<presentation:notes>${box(`speak of ${word}`, 'presentation:class="notes"')}</presentation:notes></draw:page>`,
    )
    .join(''),
);

describe.skipIf(!canConvert)('text of documents', () => {
  it.each(['docx', 'doc', 'odt', 'rtf'])('%s, with notes, remarks, header and footer', async (format) => {
    expect(linesOf(await read(await officeFile(text, 'fodt', format)))).toEqual([
      'letterhead',
      'smallprint',
      'Minutes 議事録',
      'footnoted',
      'remark',
      'halfway of the river bank',
      '会議室',
      '회의록',
    ]);
  });

  it.each(['xlsx', 'xls', 'ods'])('%s, every sheet with its name', async (format) => {
    const lines = ['Budget 予算', 'travel', '1234', 'Staff', '회의', '5678'];
    expect(linesOf(await read(await officeFile(sheets, 'fods', format)))).toEqual(lines);
  });

  it.each(['pptx', 'ppt', 'odp'])('%s, every slide with its notes', async (format) => {
    const lines = ['slide 予定', 'speak of 予定', 'slide 발표', 'speak of 발표'];
    expect(linesOf(await read(await officeFile(slides, 'fodp', format)))).toEqual(lines);
  });

  it('PDF, where a word runs on over the end of a line', async () => {
    const long = '会議室の議事録'.repeat(20);
    const lines = [`<text:p>${long}</text:p>`, '<text:p>회의록</text:p>', '<text:p>second page</text:p>'];
    const document = await officeFile(flatDocument('text', lines.join('')), 'fodt', 'pdf');
    expect(linesOf(await read(document))).toEqual([long, '회의록', 'second page']);
  });

  it('PDF with a password: not read, and said so', async () => {
    const filter = {
      EncryptFile: { type: 'boolean', value: 'true' },
      DocumentOpenPassword: { type: 'string', value: 'x' },
    };
    const locked = await officeFile(text, 'fodt', `pdf:writer_pdf_Export:${JSON.stringify(filter)}`);
    expect(await read(locked)).toEqual({ unread: 'password' });
  });

  it('old Office documents with a password: not read, and said so, unless it is the one that everybody knows', async () => {
    expect(await read(await lockedFile('locked.doc'))).toEqual({ unread: 'password' });
    expect(await read(await lockedFile('locked.xls'))).toEqual({ unread: 'password' });
    expect(linesOf(await read(await lockedFile('default-password.xls')))).toEqual(['T', 'hello']);
  });
});

describe.skipIf(!canConvert)('hostile documents', () => {
  it('reaches nobody through a linked picture', async () => {
    const connections = await connectionsDuring(async (port) => {
      const found = await read(linkedImage(`http://127.0.0.1:${port}/pixel.png`));
      expect(linesOf(found)).toEqual(['a picture']);
    });
    expect(connections).toBe(0);
  });

  it('reads of a million words as many as count, and says that there are more', async () => {
    const words = Array.from({ length: 1000 }, (_, row) =>
      Array.from({ length: 1000 }, (_, column) => `w${row * 1000 + column}`).join(' '),
    );
    const found = await read(docx(words));
    expect(found).toMatchObject({ complete: false, text: expect.stringMatching(/^w0 w1 w2 /) });
    expect('text' in found && found.text.length).toBe(limits.characters);
  });

  it('says that a damaged document could not be read', async () => {
    const broken = zip([
      { name: '[Content_Types].xml', content: '<Types' },
      { name: 'word/document.xml', content: 'no xml' },
    ]);
    expect(await read(broken)).toEqual({ unread: 'failed' });
    expect(await read(Buffer.from('%PDF-1.7\nnothing'))).toEqual({ unread: 'failed' });
  });

  it('ends on an archive that unpacks to more than it says', async () => {
    const content = Buffer.concat([Buffer.from('<w:document>'), Buffer.alloc(96 * MiB, '<w:p/>')]);
    const liar = zip([
      { name: '[Content_Types].xml', content: '<Types/>' },
      { name: 'word/document.xml', content, claimedBytes: 1000 },
    ]);
    expect(await read(liar)).toEqual({ unread: expect.stringMatching(/^(?:failed|timeout)$/) });
  });

  it('ends on a page without end', async () => {
    const [head = '', tail = ''] = pdf([{ width: 100, height: 100, text: '' }])
      .toString('latin1')
      .split(/<<\/Length.*?endstream/s);
    const page = (words: number) => {
      const packed = deflateSync(`BT /F 12 Tf ${'(endless) Tj '.repeat(words)}ET`).toString('latin1');
      // Its table of objects is wrong now, so poppler makes its own.
      const stream = `<</Filter/FlateDecode/Length ${packed.length}>>stream\n${packed}\nendstream`;
      return Buffer.from(head + stream + tail, 'latin1');
    };
    expect(linesOf(await read(page(1)))).toEqual(['endless']);
    const found = await extractText(page(10_000_000), { name: 'endless', limits: { ...limits, cpuSeconds: 1 } });
    expect(found).toEqual({ unread: expect.stringMatching(/^(?:failed|timeout)$/) });
  });

  it('ends one that takes longer than it may, or when its reader is told to stop', async () => {
    for (const document of [odt(['slow']), pdf([{ width: 100, height: 100, text: 'slow' }])]) {
      const hurried = extractText(document, { name: 'slow', limits: { ...limits, wallMs: 1 } });
      expect(await hurried).toEqual({ unread: 'timeout' });
      const stopped = extractText(document, { name: 'slow', signal: AbortSignal.abort() });
      await expect(stopped).rejects.toMatchObject({ code: 'client/cancelled' } satisfies Partial<CloisterError>);
    }
  });
});

describe('what no program meets', () => {
  it('a file larger than may be, or one that would unpack to more', async () => {
    expect(await read(Buffer.alloc(50 * MiB + 1, 'a'))).toEqual({ unread: 'too-large' });
    const bomb = { name: 'word/media/bomb', content: Buffer.alloc(8 * MiB) };
    const types = { name: '[Content_Types].xml', content: '<Types/>' };
    expect(await read(zip([types, { name: 'word/document.xml', content: 'x' }, bomb]))).toEqual({
      unread: 'too-large',
    });
  });

  it('an Office document with a password', async () => {
    expect(await read(compoundFile(['EncryptionInfo', 'EncryptedPackage']), 'a.docx')).toEqual({ unread: 'password' });
    const locked = zip([
      { name: 'mimetype', content: 'application/vnd.oasis.opendocument.text', stored: true },
      { name: 'content.xml', content: 'sealed' },
      { name: 'META-INF/manifest.xml', content: '<manifest:encryption-data/>' },
    ]);
    expect(await read(locked, 'a.odt')).toEqual({ unread: 'password' });
  });

  it('what is no document and no text, whatever it is called', async () => {
    const others = [
      Buffer.from('89504e470d0a1a0a0000000d', 'hex'),
      zip([{ name: 'inner.docx', content: xlsx(['a']) }]),
      zip([{ name: 'a.zip', content: zip([{ name: 'b.zip', content: zip([{ name: 'c', content: 'd' }]) }]) }]),
      compoundFile(['__nameid_version1.0']),
      Buffer.from('MZ\0\x01program', 'latin1'),
    ];
    for (const bytes of others) expect(await read(bytes, 'notes.txt')).toEqual({ unread: 'kind' });
  });

  it('text of any kind, read as it is', async () => {
    expect(await read(Buffer.from('# Notes\n\n- *first*, 会議室\n'), 'notes.md')).toEqual({
      text: '# Notes\n\n- *first*, 会議室\n',
      complete: true,
    });
    expect(await read(Buffer.from('name;amount\n김민수;12\n'), 'list.csv')).toEqual({
      text: 'name;amount\n김민수;12\n',
      complete: true,
    });
    expect(await read(Buffer.alloc(0))).toEqual({ text: '', complete: true });
  });

  it('text that is not what its name says is read as what it is', async () => {
    expect(await read(Buffer.from('plain words'), 'report.pdf')).toEqual({ text: 'plain words', complete: true });
  });

  it('any bytes: a text or a reason', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.string(), async (bytes, name) => {
        const found = await read(bytes, name);
        expect('text' in found ? typeof found.text : found.unread).toMatch(/^(?:string|kind)$/);
      }),
      { numRuns },
    );
  });
});
