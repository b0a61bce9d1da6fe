const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** The first letter of a name as people see it: one grapheme, capital where the script has capitals. */
export function initial(name: string): string {
  const [first] = segmenter.segment(name.trim().normalize('NFC'));
  return first?.segment.toLocaleUpperCase() ?? '';
}

/** One of eight tones, the same for an id everywhere and always. */
export function tone(id: string): number {
  let sum = 0;
  for (const character of id) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 65_536;
  return sum % 8;
}
