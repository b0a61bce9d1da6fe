const formatters = new Map<string, Intl.ListFormat>();

/** `Ada, Ben and Chloé`, as the language joins words. */
export function formatList(language: string, words: readonly string[]): string {
  const formatter = formatters.get(language) ?? new Intl.ListFormat(language, { type: 'conjunction' });
  formatters.set(language, formatter);
  return formatter.format(words);
}
