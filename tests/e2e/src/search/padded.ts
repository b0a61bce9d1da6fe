/** Tokens of a document of so many terms, by wires.md §14 and not by the indexer: the next of 4, 8, 16, 32, … and of 64, 128, 192, … */
export const padded = (terms: number): number => {
  const sizes = [4, 8, 16, 32];
  return sizes.find((size) => size >= terms) ?? Math.ceil(terms / 64) * 64;
};
