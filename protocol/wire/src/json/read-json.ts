import { CloisterError } from '../errors/cloister-error.ts';
import { boundJson } from './bound-json.ts';

/** Untrusted input: the bytes or the text of a JSON document, or the value somebody else parsed from one. */
export type Untrusted = unknown;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The JSON value of untrusted input of at most `maxBytes`.
 * @throws CloisterError `wire/invalid-json`, `wire/too-large` or `wire/invalid-message`
 */
export const readJson = (input: Untrusted, maxBytes: number): unknown => {
  const value = ArrayBuffer.isView(input)
    ? parseText(decodeUtf8(input, maxBytes), maxBytes)
    : typeof input === 'string'
      ? parseText(input, maxBytes)
      : input;
  boundJson(value, maxBytes);
  return value;
};

const decodeUtf8 = (bytes: ArrayBufferView, maxBytes: number): string => {
  if (bytes.byteLength > maxBytes) throw new CloisterError('wire/too-large');
  try {
    return utf8.decode(bytes);
  } catch {
    throw new CloisterError('wire/invalid-json');
  }
};

const parseText = (text: string, maxBytes: number): unknown => {
  if (text.length > maxBytes) throw new CloisterError('wire/too-large');
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes its input, which may be a secret.
    throw new CloisterError('wire/invalid-json');
  }
};
