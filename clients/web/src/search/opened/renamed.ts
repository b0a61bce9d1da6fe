import type { UnknownName } from '@cloister/sdk';

/** A search with another name in the filter that named nobody; unchanged where it is not found as typed. */
export function renamed(text: string, { filter, name }: UnknownName, to: string): string {
  const value = name.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  const typed = new RegExp(`(${filter}[:：])(?:["“”„‟«»＂]${value}(?:["“”„‟«»＂]|$)|${value}(?=[\\s()|]|$))`, 'iu');
  return text.replace(typed, (_, begin: string) => begin + to.trimEnd());
}
