import { base64url, CloisterError } from '@cloister/wire';
import { malformed } from './malformed.ts';
import { memo } from './memo.ts';
import { toBytes } from './text.ts';

const MAX_HEADER = 8 * 1024;
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export interface Header {
  readonly members: Readonly<Record<string, unknown>>;
  /** The part's ASCII bytes, which AES-GCM authenticates. */
  readonly ascii: Uint8Array;
}

/**
 * A JOSE header: a JSON object without `crit` (we understand no extension, RFC 7516 §4.1.13). All messages of one key
 * have the same header, so the last few are remembered.
 */
export const parseHeader = memo<Header>((part) => ({ members: membersOf(part), ascii: toBytes(part) }));

function membersOf(part: string): Readonly<Record<string, unknown>> {
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
  return Object.freeze(header as Record<string, unknown>);
}
