/** A run of a message's text: plain, or an address that may be followed. */
export type TextRun = { readonly text: string; readonly href?: string };

// Ends before closing punctuation, Japanese included, so that “see https://x.example/。” links the address alone.
const address = /https?:\/\/[^\s<>"'「」『』（）【】、。，！？]+/gu;
const trailing = /[.,;:!?)\]}…]+$/u;

/** Splits text at web addresses; only http and https become links, so that no text can run anything. */
export function linkify(text: string): TextRun[] {
  const runs: TextRun[] = [];
  let end = 0;
  for (const match of text.matchAll(address)) {
    const shown = match[0].replace(trailing, '');
    const url = URL.parse(shown);
    if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) continue;
    if (match.index > end) runs.push({ text: text.slice(end, match.index) });
    runs.push({ text: shown, href: url.href });
    end = match.index + shown.length;
  }
  if (end < text.length) runs.push({ text: text.slice(end) });
  return runs;
}
