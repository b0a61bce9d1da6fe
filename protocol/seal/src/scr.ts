import { base64url, CloisterError } from '@cloister/wire';
import { openDirText, sealDir } from './dir.ts';
import { malformed } from './malformed.ts';
import { SecretKey } from './secret-key.ts';

/**
 * A secure content reference (kms.md §2): the key, nonce, tag and address of one sealed file. The key is opaque; it
 * leaves only inside what {@link sealScr} makes.
 */
export interface Scr {
  readonly key: SecretKey;
  readonly iv: string;
  readonly tag: string;
  /** The time of sealing as an ISO string; its UTF-8 bytes are authenticated with the file. */
  readonly aad: string;
  /** The download address; absent until the upload has one. */
  readonly loc?: string;
}

/** @throws CloisterError `seal/malformed` without `loc`: the address is part of what is sealed, so it comes first. */
export async function sealScr(contentKey: SecretKey, scr: Scr): Promise<string> {
  if (scr.loc === undefined || scr.loc === '') throw malformedScr('the file has no address yet');
  const { key, iv, aad, loc, tag } = scr;
  const json = JSON.stringify({ enc: 'A256GCM', key: key.revealJwk().k, iv, aad, loc, tag });
  return sealDir({ key: contentKey, kid: null }, json);
}

/** @throws CloisterError `seal/open-failed`, `seal/malformed` and those of `parseJwe` */
export async function openScr(contentKey: SecretKey, sealed: string): Promise<Scr & { readonly loc: string }> {
  return parseScr(await openDirText(contentKey, sealed));
}

function parseScr(json: string): Scr & { readonly loc: string } {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw malformedScr();
  }
  if (typeof value !== 'object' || value === null) throw malformedScr();
  const { enc, key, iv, aad, loc, tag } = value as Record<string, unknown>;
  if (enc !== 'A256GCM') throw new CloisterError('seal/unsupported-algorithm', { detail: 'enc' });
  if (!sized(iv, 12) || !sized(tag, 16) || !sized(key, 32)) throw malformedScr();
  if (typeof aad !== 'string' || typeof loc !== 'string' || loc === '') throw malformedScr();
  return { key: SecretKey.fromJwk({ kty: 'oct', k: key }, 'scr'), iv, aad, loc, tag };
}

const sized = (value: unknown, length: number): value is string =>
  typeof value === 'string' && base64url.is(value) && base64url.decode(value).length === length;
const malformedScr = (detail = 'not a content reference'): CloisterError => malformed(detail);
