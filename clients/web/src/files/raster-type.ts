/** Image formats a browser draws without running anything in them. SVG is a document with scripts, so it is not one. */
export type RasterType = 'image/png' | 'image/jpeg' | 'image/gif' | 'image/webp' | 'image/avif';

const ascii = (bytes: Uint8Array, from: number, to: number) => String.fromCharCode(...bytes.subarray(from, to));
const pngSignature = '\x89PNG\r\n\x1a\n';

/** The format the bytes themselves show, never what somebody claims; undefined for anything else. Needs 16 bytes. */
export function rasterType(bytes: Uint8Array): RasterType | undefined {
  if (ascii(bytes, 0, 8) === pngSignature) return 'image/png';
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return 'image/jpeg';
  if (/^GIF8[79]a$/.test(ascii(bytes, 0, 6))) return 'image/gif';
  if (ascii(bytes, 0, 4) === 'RIFF' && ascii(bytes, 8, 12) === 'WEBP') return 'image/webp';
  if (/^ftypavi[fs]$/.test(ascii(bytes, 4, 12))) return 'image/avif';
  return undefined;
}

const largestPreview = 16 * 1024 * 1024;
const previewable: readonly string[] = ['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif'];

/** Whether a file is worth fetching for a preview: claims to be such an image, and is not huge. */
export const mayPreview = (file: { mimeType: string; size: number }): boolean =>
  previewable.includes(file.mimeType.toLowerCase()) && file.size <= largestPreview;

/** A blob of an image labelled with what it is, or undefined when it is not one after all. */
export async function asImage(blob: Blob): Promise<Blob | undefined> {
  const type = rasterType(new Uint8Array(await blob.slice(0, 16).arrayBuffer()));
  return type === undefined ? undefined : new Blob([blob], { type });
}
