/** How many tokens a document of `count` terms has: 4, 8, 16, 32, 64, and multiples of 64 above (wires.md §14). */
export function paddedCount(count: number): number {
  if (count > 64) return 64 * Math.ceil(count / 64);
  let padded = 4;
  while (padded < count) padded *= 2;
  return padded;
}
