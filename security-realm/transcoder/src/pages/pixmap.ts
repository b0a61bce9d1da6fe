/** A page's pixels: rows from the top, three bytes a pixel (red, green, blue). */
export interface Pixmap {
  readonly width: number;
  readonly height: number;
  readonly pixels: Buffer;
}
