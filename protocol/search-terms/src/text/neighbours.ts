/** Each two neighbouring characters of a piece, in order; none of a single one. */
export function* neighbours(piece: string): Generator<string> {
  let before: string | undefined;
  for (const character of piece) {
    if (before !== undefined) yield before + character;
    before = character;
  }
}

/** Whether a piece is a single character. */
export const isSingle = (piece: string): boolean => piece.length === ((piece.codePointAt(0) ?? 0) > 0xffff ? 2 : 1);
