import { checkWith, parseWith } from '../json/parse-with.ts';
import { readJson, type Untrusted } from '../json/read-json.ts';
import { type HandshakeResponse, handshakeResponse, type KmsResponse, kmsResponse } from './kms-response.ts';

/** A list of a thousand authorizations is some 300 KiB. */
const maxBytes = 4 * 1024 * 1024;

/** @throws CloisterError with a `wire/…` code */
export const parseKmsResponse = (input: Untrusted): KmsResponse =>
  checkWith(kmsResponse, withWrappingKeysApart(readJson(input, maxBytes)));

/**
 * A reply as it is sent. The draft lists KEKs and main keys under `keys` too (kms.md §1.6), without key material; beside
 * the published replies, where `keys` are content keys, ours tells them apart by name.
 */
export const writeKmsResponse = (response: KmsResponse): string => {
  const { wrappingKeys, ...rest } = response;
  return JSON.stringify(wrappingKeys === undefined ? rest : { ...rest, keys: wrappingKeys });
};

const hasState = (item: unknown): boolean => typeof item === 'object' && item !== null && 'state' in item;

const withWrappingKeysApart = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null || !('keys' in value)) return value;
  const { keys, ...rest } = value;
  return Array.isArray(keys) && keys.length > 0 && keys.every(hasState) ? { ...rest, wrappingKeys: keys } : value;
};

/** @throws CloisterError with a `wire/…` code */
export const parseHandshakeResponse = (input: Untrusted): HandshakeResponse =>
  parseWith(handshakeResponse, input, maxBytes);
