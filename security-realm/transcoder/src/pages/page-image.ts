/** One page of a document, as a PNG image (RGB, 8 bits) of the given size in pixels. */
export interface PageImage {
  readonly png: Uint8Array;
  readonly width: number;
  readonly height: number;
}
