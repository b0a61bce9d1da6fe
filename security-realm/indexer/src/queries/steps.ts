/** How many rooms are planned at a time: few at first, so that the newest results come early; then as many as a plan may name. */
const SIZES = [16, 64, 256, 512];

/** Cuts a list into steps of 16, 64, 256, 512, 512, … */
export function steps<T>(list: readonly T[]): (readonly T[])[] {
  const cut: (readonly T[])[] = [];
  for (let at = 0; at < list.length; ) {
    const size = SIZES[Math.min(cut.length, SIZES.length - 1)] ?? 512;
    cut.push(list.slice(at, at + size));
    at += size;
  }
  return cut;
}
