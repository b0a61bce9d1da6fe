import { base64url, CloisterError } from '@cloister/wire';
import { malformed } from './malformed.ts';

const MAX_HEADER = 8 * 1024;
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A JOSE header: a JSON object without `crit` (we understand no extension, RFC 7516 §4.1.13). */
export function parseHeader(part: string): Readonly<Record<string, unknown>> {
  if (part.length > MAX_HEADER) throw new CloisterError('wire/too-large');
  if (!base64url.is(part)) throw malformed('header is not base64url');
  let header: unknown;
  try {
    header = JSON.parse(decoder.decode(base64url.decode(part)));
  } catch {
    throw malformed('header is not JSON');
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header)) throw malformed('header is no object');
  if ('crit' in header) throw new CloisterError('seal/unsupported-algorithm', { detail: 'crit' });
  return header as Record<string, unknown>;
}
