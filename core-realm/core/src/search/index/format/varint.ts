/** Whole numbers below 2^53 in seven bits a byte, lowest first; the last byte is below 128. */
export const writeVarint = (to: number[], value: number): void => {
  let rest = value;
  while (rest >= 0x80) {
    to.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  to.push(rest);
};

/** A place in bytes that varints are read from. */
export interface Place {
  at: number;
}

export const readVarint = (bytes: Uint8Array, place: Place): number => {
  let value = 0;
  for (let scale = 1; ; scale *= 0x80) {
    const byte = bytes[place.at++] as number;
    if (byte < 0x80) return value + byte * scale;
    value += (byte - 0x80) * scale;
  }
};
