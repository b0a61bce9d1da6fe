import { describe, expect, it } from 'vitest';
import { convert } from './convert.ts';
import { defaultLimits } from './limits.ts';
import { profile } from './office/profile.ts';
import { readAll } from './sandbox/read-all.ts';
import { runSandboxed } from './sandbox/run-sandboxed.ts';
import { canConvert } from './testing/can-convert.ts';
import { docx, ods, odt, openDocument, pdf, pptx, rtf, xlsx } from './testing/documents.ts';
import { linkedImage, macroDocument, macrosAllowed } from './testing/hostile-documents.ts';
import { connectionsDuring } from './testing/listener.ts';
import { readPng } from './testing/read-png.ts';
import { zip } from './testing/zip.ts';

const JAPANESE = '議事録 二〇二六年';
const A4 = { width: 1132, height: 1600 };

/** Sizes of the pages, each read from the image itself. */
const sizes = (pages: readonly { png: Uint8Array }[]) =>
  pages.map(({ png }) => {
    const { width, height } = readPng(png);
    return { width, height };
  });

const blank = (png: Uint8Array) => readPng(png).pixels.every((value) => value === 255);

describe.skipIf(!canConvert)('documents become page images', () => {
  const documents = {
    docx: { bytes: docx(['Minutes', JAPANESE, '\f', 'second page']), pages: [A4, A4] },
    xlsx: { bytes: xlsx(['Budget', JAPANESE]), pages: [A4] },
    pptx: { bytes: pptx(['Plan', JAPANESE]), pages: Array(2).fill({ width: 1600, height: 900 }) },
    odt: { bytes: odt(['Minutes', JAPANESE]), pages: [A4] },
    ods: { bytes: ods(['Budget', JAPANESE]), pages: [A4] },
    rtf: { bytes: rtf(['Letter']), pages: [A4] },
    pdf: { bytes: pdf([{ width: 300, height: 200, text: 'Form' }]), pages: [{ width: 1600, height: 1067 }] },
  };

  it.each(Object.entries(documents))('%s (R340)', async (kind, { bytes, pages }) => {
    const conversion = await convert(bytes);
    expect(conversion).toMatchObject({ kind, complete: true });
    expect(sizes(conversion.pages)).toEqual(pages);
    expect(conversion.pages.map(({ width, height }) => ({ width, height }))).toEqual(pages);
    expect(conversion.pages.map(({ png }) => blank(png))).toEqual(pages.map(() => false));
  });

  it('draws Japanese, not boxes, and the same each time', async () => {
    const [first, other, again] = (await convert(docx(['二', '\f', '録', '\f', '二']))).pages;
    expect(first).toEqual(again);
    expect(first).not.toEqual(other);
  });

  it('leaves out pages past the limit and says so', async () => {
    const page = { width: 100, height: 200, text: 'p' };
    const three = { ...defaultLimits, pages: 3, pagePixels: 200 };
    expect(await convert(pdf(Array(3).fill(page)), { limits: three })).toMatchObject({ complete: true });
    const more = await convert(pdf(Array(4).fill(page)), { limits: three });
    expect([more.pages.length, more.complete]).toEqual([3, false]);
    const imageBytes = (more.pages[0]?.png.length ?? 0) * 2 + 1;
    const less = await convert(pdf(Array(3).fill(page)), { limits: { ...three, imageBytes } });
    expect([less.pages.length, less.complete]).toEqual([2, false]);
  });

  it('bounds the pixels of a page of any size', async () => {
    const sizesOf = async (width: number, height: number) =>
      sizes((await convert(pdf([{ width, height, text: 'wide' }]))).pages);
    expect(await sizesOf(14_400, 14_400)).toEqual([{ width: 1600, height: 1600 }]);
    expect(await sizesOf(14_400, 72)).toEqual([{ width: 1600, height: 8 }]);
  });
});

describe.skipIf(!canConvert)('hostile documents', () => {
  it('runs no macro, where the same document opened with macros allowed runs it', async () => {
    const open =
      '"$0" --headless --norestore -env:UserInstallation=file:///work/profile /work/document.odt >/dev/null; cat /work/ran';
    const opened = await runSandboxed(
      {
        command: ['/usr/bin/sh', '-c', open, '/usr/bin/soffice'],
        files: new Map([
          ['/work/document.odt', macroDocument('text', true)],
          ['/work/profile/user/registrymodifications.xcu', Buffer.from(macrosAllowed)],
        ]),
        limits: defaultLimits,
      },
      (output) => readAll(output, 1000),
    );
    expect(opened.toString().trim()).toBe('THE MACRO RAN');
    expect(await convert(macroDocument('before', true))).toEqual(await convert(macroDocument('before', false)));
    expect(profile).toMatch(/DisableMacrosExecution" oor:op="fuse"><value>true/);
  });

  it('fetches no linked image: nobody connects', async () => {
    const connections = await connectionsDuring(async (port) => {
      const { pages } = await convert(linkedImage(`http://127.0.0.1:${port}/pixel.png`));
      expect(sizes(pages)).toEqual([A4]);
    });
    expect(connections).toBe(0);
  });

  it('shows nothing of the machine through a linked section', async () => {
    const linked = (target: string) =>
      openDocument(
        'text',
        `<text:section text:name="s"><text:section-source xlink:href="${target}" text:filter-name="Text"/><text:p>as saved</text:p></text:section>`,
      );
    const { pages } = await convert(linked('file:///etc/passwd'));
    expect(pages).toEqual((await convert(linked('file:///work/nothing'))).pages);
  });

  it('fails on a damaged document, within its limits', async () => {
    const broken = zip([
      { name: '[Content_Types].xml', content: '<Types' },
      { name: 'word/document.xml', content: 'no xml' },
    ]);
    await expect(convert(broken)).rejects.toMatchObject({ code: 'transcoder/failed' });
    await expect(convert(Buffer.from('%PDF-1.7\nnothing'))).rejects.toMatchObject({ code: 'transcoder/failed' });
    await expect(convert(docx(['cut short']).subarray(0, -30))).rejects.toMatchObject({
      code: 'transcoder/unsupported',
    });
  });

  it('ends on an archive that unpacks to more than it says', async () => {
    const content = Buffer.concat([Buffer.from('<w:document>'), Buffer.alloc(96 * 1024 * 1024, '<w:p/>')]);
    const liar = zip([
      { name: '[Content_Types].xml', content: '<Types/>' },
      { name: 'word/document.xml', content, claimedBytes: 1000 },
    ]);
    await expect(convert(liar)).rejects.toMatchObject({
      code: expect.stringMatching(/^transcoder\/(?:failed|timed-out)$/),
    });
  });

  it('stops a converter that does not end', async () => {
    await expect(convert(docx(['slow']), { limits: { ...defaultLimits, wallMs: 50 } })).rejects.toMatchObject({
      code: 'transcoder/timed-out',
    });
  });
});
