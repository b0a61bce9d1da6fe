import { parseWith } from '../json/parse-with.ts';
import type { Untrusted } from '../json/read-json.ts';
import { type HandshakeResponse, handshakeResponse, type KmsResponse, kmsResponse } from './kms-response.ts';

/** A list of a thousand authorizations is some 300 KiB. */
const maxBytes = 4 * 1024 * 1024;

/** @throws CloisterError with a `wire/…` code */
export const parseKmsResponse = (input: Untrusted): KmsResponse => parseWith(kmsResponse, input, maxBytes);

/** @throws CloisterError with a `wire/…` code */
export const parseHandshakeResponse = (input: Untrusted): HandshakeResponse =>
  parseWith(handshakeResponse, input, maxBytes);
