const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** What a resolver may read as an IPv4 address: a last label in decimal, octal or hexadecimal digits. */
const number = /^([0-9]+|0x[0-9a-f]*)$/;

/**
 * The labels of a DNS name in letters, digits and hyphens, lower-case; undefined for everything else, address literals too.
 * @see {@link https://www.rfc-editor.org/rfc/rfc5890#section-2.3.1 RFC 5890 §2.3.1}
 */
export const hostLabels = (value: string): readonly string[] | undefined => {
  if (value.length === 0 || value.length > 253) return undefined;
  const labels = value.split('.');
  return labels.every((part) => label.test(part)) && !number.test(labels.at(-1) ?? '') ? labels : undefined;
};

/** Whether a label has hyphens where encodings of other scripts announce themselves, such as `xn--`. */
export const isReservedLabel = (part: string): boolean => part.slice(2, 4) === '--';
