import fc from 'fast-check';
import { expect, it } from 'vitest';
import { asImage, mayPreview, rasterType } from './raster-type.ts';

const bytes = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));

it.each([
  ['\x89PNG\r\n\x1a\n0000', 'image/png'],
  ['\xff\xd8\xff\xe0000', 'image/jpeg'],
  ['GIF89a0000', 'image/gif'],
  ['RIFF0000WEBPVP8 ', 'image/webp'],
  ['\0\0\0\x20ftypavif', 'image/avif'],
  ['<svg xmlns="http://www.w3.org/2000/svg">', undefined],
  ['<!doctype html>', undefined],
  ['\x89PNG', undefined],
  ['', undefined],
])('recognises %j as %s', (text, type) => {
  expect(rasterType(bytes(text))).toBe(type);
});

it('previews no SVG and nothing huge, whatever its name claims', () => {
  expect(mayPreview({ mimeType: 'image/svg+xml', size: 10 })).toBe(false);
  expect(mayPreview({ mimeType: 'image/png', size: 17 * 1024 * 1024 })).toBe(false);
  expect(mayPreview({ mimeType: 'image/PNG', size: 10 })).toBe(true);
});

it('gives an image the type of its bytes, not the claimed one', async () => {
  const gif = new Blob([bytes('GIF89a0000')], { type: 'image/svg+xml' });
  expect((await asImage(gif))?.type).toBe('image/gif');
  expect(await asImage(new Blob(['<svg/>'], { type: 'image/png' }))).toBeUndefined();
});

it('answers for any bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (any) => {
      rasterType(any);
    }),
    { numRuns: Number(process.env.CLOISTER_RUNS ?? 100) },
  );
});
