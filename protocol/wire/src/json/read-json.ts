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
  if (input instanceof Uint8Array) return readText(decodeUtf8(input, maxBytes), maxBytes);
  if (typeof input === 'string') return readText(input, maxBytes);
  boundJson(input, maxBytes);
  return input;
};

const decodeUtf8 = (bytes: Uint8Array, maxBytes: number): string => {
  if (bytes.byteLength > maxBytes) throw new CloisterError('wire/too-large');
  try {
    return utf8.decode(bytes);
  } catch {
    throw new CloisterError('wire/invalid-json');
  }
};

const readText = (text: string, maxBytes: number): unknown => {
  if (text.length > maxBytes) throw new CloisterError('wire/too-large');
  const value = parseText(text);
  boundJson(value, maxBytes);
  return value;
};

const parseText = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw new CloisterError('wire/invalid-json');
  }
};
