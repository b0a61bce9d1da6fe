import { CloisterError, type ErrorCode } from '@cloister/wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultDocumentLimits } from '../limits.ts';
import { compoundFile } from '../testing/compound-file.ts';
import { docx, ods, odt, pdf, pptx, rtf, xlsx } from '../testing/documents.ts';
import { zip } from '../testing/zip.ts';
import { documentKind } from './document-kind.ts';

const numRuns = Number(process.env.CLOISTER_RUNS ?? 100);

const kindOf = (bytes: Uint8Array) => documentKind(bytes, defaultDocumentLimits);

function refusal(bytes: Uint8Array, limits = defaultDocumentLimits): ErrorCode {
  try {
    throw new Error(documentKind(bytes, limits));
  } catch (error) {
    if (error instanceof CloisterError) return error.code;
    throw error;
  }
}

const content = Buffer.alloc(64 * 1024, 'document ');
const types = { name: '[Content_Types].xml', content: '<Types/>' };

describe('what a document is', () => {
  it('tells the kind by the content (R340)', () => {
    expect(kindOf(docx(['a']))).toBe('docx');
    expect(kindOf(xlsx(['a']))).toBe('xlsx');
    expect(kindOf(pptx(['a']))).toBe('pptx');
    expect(kindOf(odt(['a']))).toBe('odt');
    expect(kindOf(ods(['a']))).toBe('ods');
    expect(kindOf(rtf(['a']))).toBe('rtf');
    expect(kindOf(pdf([{ width: 100, height: 100, text: 'a' }]))).toBe('pdf');
    expect(kindOf(compoundFile(['WordDocument', '1Table']))).toBe('doc');
    expect(kindOf(compoundFile(['Workbook']))).toBe('xls');
    expect(kindOf(compoundFile(['a', 'b', 'c', 'd', 'e', 'PowerPoint Document']))).toBe('ppt');
  });

  it('finds nothing to convert in anything else', () => {
    const others = {
      nothing: Buffer.alloc(0),
      text: Buffer.from('Hello, docx'),
      page: Buffer.from('<html><script src="http://x"></script></html>'),
      image: Buffer.from('89504e470d0a1a0a', 'hex'),
      archive: zip([{ name: 'document.docx', content }]),
      'a package of no known kind': zip([types, { name: 'other/main.xml', content }]),
      'a package of two kinds': zip([
        types,
        { name: 'word/document.xml', content },
        { name: 'xl/workbook.xml', content },
      ]),
      'a drawing': zip([
        { name: 'mimetype', content: 'application/vnd.oasis.opendocument.graphics', stored: true },
        { name: 'content.xml', content },
      ]),
      'a media type that is not first': zip([
        { name: 'content.xml', content },
        { name: 'mimetype', content: 'application/vnd.oasis.opendocument.text', stored: true },
      ]),
      'a mail message': compoundFile(['__nameid_version1.0']),
      'a document with a password': compoundFile(['EncryptionInfo', 'EncryptedPackage']),
      'a storage that embeds a document': compoundFile(['Contents'], ['WordDocument']),
      'a document behind a program': Buffer.concat([Buffer.from('MZ'), docx(['a'])]),
      'a document before more': Buffer.concat([docx(['a']), Buffer.from('more')]),
    };
    for (const [name, bytes] of Object.entries(others))
      expect([name, refusal(bytes)]).toEqual([name, 'transcoder/unsupported']);
  });

  it('refuses a document larger than the limit', () => {
    const document = docx(['a']);
    expect(refusal(document, { ...defaultDocumentLimits, inputBytes: document.length - 1 })).toBe(
      'transcoder/too-large',
    );
  });

  it('refuses what would unpack to more than a document may, before anything unpacks it', () => {
    const bomb = (files: number, bytes: number) =>
      zip([
        types,
        { name: 'word/document.xml', content },
        ...Array.from({ length: files }, (_, index) => ({ name: `word/media/${index}`, content: Buffer.alloc(bytes) })),
      ]);
    const limits = { ...defaultDocumentLimits, unpackedBytes: 8 * 1024 * 1024 };
    expect(refusal(bomb(9, 1024 * 1024), limits)).toBe('transcoder/too-large');
    expect(documentKind(bomb(7, 1024 * 1024), limits)).toBe('docx');
    // Zeros pack a thousand times.
    expect(refusal(bomb(1, 5 * 1024 * 1024))).toBe('transcoder/too-large');
    expect(refusal(bomb(5, 16), { ...defaultDocumentLimits, zipEntries: 6 })).toBe('transcoder/unsupported');
  });

  it('refuses archives whose entries share packed bytes', () => {
    const archive = zip([types, { name: 'word/document.xml', content }, { name: 'word/copied_doc.xml', content }]);
    expect(kindOf(archive)).toBe('docx');
    const at = archive.lastIndexOf(Buffer.from('PK\x01\x02', 'latin1'));
    const first = archive.indexOf(Buffer.from('PK\x03\x04', 'latin1'), 4);
    archive.writeUInt32LE(first, at + 42);
    expect(refusal(archive)).toBe('transcoder/unsupported');
  });

  it('answers a kind or a typed refusal to any bytes', () => {
    const samples = [docx(['a']), odt(['a']), compoundFile(['a', 'WordDocument'], ['b'])];
    const damaged = fc
      .tuple(fc.constantFrom(...samples), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 8 }), fc.nat())
      .map(([sample, changes, cut]) => {
        const bytes = Buffer.from(sample.subarray(0, cut % 3 === 0 ? cut % sample.length : sample.length));
        for (const [at, value] of changes) if (bytes.length > 0) bytes[at % bytes.length] = value;
        return bytes;
      });
    fc.assert(
      fc.property(fc.oneof(damaged, fc.uint8Array({ maxLength: 2000 })), (bytes) => {
        try {
          documentKind(bytes, defaultDocumentLimits);
        } catch (error) {
          expect(error).toBeInstanceOf(CloisterError);
          expect((error as CloisterError).code).toMatch(/^transcoder\/(?:unsupported|too-large)$/);
        }
      }),
      { numRuns },
    );
  });

  it('ends on a directory that runs in a circle', () => {
    const circle = compoundFile(['a', 'b', 'c', 'd', 'e', 'f']);
    // The directory's first sector follows itself; an entry is its own sibling.
    circle.writeUInt32LE(1, 512 + 4);
    circle.writeUInt32LE(2, 1024 + 2 * 128 + 68);
    expect(refusal(circle)).toBe('transcoder/unsupported');
  });
});
