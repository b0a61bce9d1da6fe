/** A file's beginning, as far as it can tell that it is a page. */
const HEAD_CHARACTERS = 1024;

const page = /^\s*(?:<\?xml[^>]*>\s*)?(?:<!--[^>]*-->\s*)*<(?:!doctype\s+html|html|head|body|title)[\s/>]/i;

/**
 * Whether a text is a web page: it begins as one, or its sender calls it one and it has tags.
 * @see MIME Sniffing (whatwg.org), 7.1, whose table of beginnings this follows for those that are whole pages
 */
export function isHtmlPage(
  text: string,
  { name, mimeType = '' }: { name: string; mimeType?: string | undefined },
): boolean {
  const called = /^(?:text\/html|application\/xhtml\+xml)\b/i.test(mimeType) || /\.x?html?$/i.test(name);
  return page.test(text.slice(0, HEAD_CHARACTERS)) || (called && /<[a-z!]/i.test(text.slice(0, 64 * HEAD_CHARACTERS)));
}

/** What a page says that it is written in. */
export const charsetOf = (head: string): string | undefined =>
  /<meta[^>]{0,200}charset\s*=\s*["']?([\w.:-]{1,40})/i.exec(head)?.[1];
