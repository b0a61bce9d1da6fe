import { analyse } from 'chardet';
import { eastAsianEncoding } from './east-asian-encoding.ts';

/** As much as tells what a text is written in. */
const SAMPLE_BYTES = 64 * 1024;
const BYTES_TO_CHECK = 4 * 1024 * 1024;

/** A text's beginning, which may end within a character where it is not the whole. */
interface Head {
  readonly bytes: Uint8Array;
  readonly whole: boolean;
}

const marks = [
  { label: 'utf-8', bytes: [0xef, 0xbb, 0xbf] },
  { label: 'utf-16be', bytes: [0xfe, 0xff] },
  { label: 'utf-16le', bytes: [0xff, 0xfe] },
];

/**
 * How a text is written, by the first of these that fits its beginning: its byte order mark; ISO-2022-JP, when it has
 * that one's escapes; UTF-8; what its sender or the page itself declares; UTF-8 with a few wrong bytes; what
 * its bytes are most like; windows-1252, which fits anything. Undefined when it is no text at all.
 * @see Encoding Standard (whatwg.org), 4.2: the labels
 */
export function textEncoding(bytes: Uint8Array, declared?: string): string | undefined {
  const head = { bytes: bytes.subarray(0, BYTES_TO_CHECK), whole: bytes.length <= BYTES_TO_CHECK };
  const marked = marks.find(({ bytes: mark }) => mark.every((byte, at) => head.bytes[at] === byte));
  if (marked !== undefined) return isText(head, marked.label, false) ? marked.label : undefined;
  if (!isText(head, 'windows-1252', false)) return undefined;
  const strict = [
    ...(hasEscapes(head.bytes) ? ['iso-2022-jp'] : []),
    'utf-8',
    ...(declared === undefined ? [] : [declared].filter(isOfBytes)),
  ];
  const certain = strict.find((label) => isText(head, label, true));
  return certain ?? likely(head) ?? 'windows-1252';
}

/** ESC $, as every switch to Japanese begins (ISO-2022-JP is all ASCII, and so would be UTF-8). */
const hasEscapes = (bytes: Uint8Array) =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes('\x1b$');

/** Without its mark UTF-16 has a control character at every letter of ASCII; who declares it means something else. */
const isOfBytes = (label: string) => !/^(?:utf-?(?:16|32)|ucs|unicode|csunicode|iso-10646)/i.test(label);

function likely(head: Head): string | undefined {
  if (isMostlyUtf8(head)) return 'utf-8';
  const sample = head.bytes.subarray(0, SAMPLE_BYTES);
  const candidates = [eastAsianEncoding(sample) ?? [], analyse(sample).map(({ name }) => name.toLowerCase())].flat();
  return candidates.filter(isOfBytes).find((label) => isText(head, label, true));
}

/** A few bytes may be wrong, and are lost; whatever else is likely must fit as a whole. */
function isMostlyUtf8({ bytes }: Head): boolean {
  let right = 0;
  let wrong = 0;
  for (const character of new TextDecoder().decode(bytes)) {
    if (character === '\ufffd') wrong++;
    else if (character > '\x7f') right++;
  }
  return right > 10 * wrong;
}

/** Whether bytes can be read so, and what comes out is text: it has control characters for lines, pages and indents only. */
function isText({ bytes, whole }: Head, label: string, fatal: boolean): boolean {
  try {
    const text = new TextDecoder(label, { fatal }).decode(bytes, { stream: !whole });
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code < 0x20 && !lineControls.has(code)) return false;
    }
    return true;
  } catch {
    // Bytes that do not fit, or a label that nobody knows.
    return false;
  }
}

/** Tab to carriage return, and the escape of ISO-2022. */
const lineControls = new Set([0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x1b]);
