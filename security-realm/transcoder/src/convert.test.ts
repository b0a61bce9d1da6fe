import { describe, expect, it } from 'vitest';
import { canConvert } from '../../../platform/sandbox/src/testing/can-convert.ts';
import { docx, ods, odt, pdf, pptx, rtf, xlsx } from '../../../platform/sandbox/src/testing/documents.ts';
import { macroDocument } from '../../../platform/sandbox/src/testing/hostile-documents.ts';
import { convert } from './convert.ts';
import { defaultLimits } from './limits.ts';
import { readPng } from './testing/read-png.ts';

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
  it('fails on a damaged document, within its limits', async () => {
    await expect(convert(Buffer.from('%PDF-1.7\nnothing'))).rejects.toMatchObject({ code: 'transcoder/failed' });
    await expect(convert(docx(['cut short']).subarray(0, -30))).rejects.toMatchObject({
      code: 'transcoder/unsupported',
    });
  });

  it('looks the same whether a macro is bound to its opening or not', async () => {
    expect(await convert(macroDocument('before', true))).toEqual(await convert(macroDocument('before', false)));
  });

  it('stops a converter that does not end', async () => {
    await expect(convert(docx(['slow']), { limits: { ...defaultLimits, wallMs: 50 } })).rejects.toMatchObject({
      code: 'transcoder/timed-out',
    });
  });

  it('makes no pages of a PDF larger than may be', async () => {
    await expect(convert(docx(['large']), { limits: { ...defaultLimits, pdfBytes: 1000 } })).rejects.toMatchObject({
      code: 'transcoder/too-large',
    });
  });
});
