import { base64url, CloisterError } from '@cloister/wire';
import { primitives } from '#primitives';
import type { Jwe } from './jwe.ts';
import { parseJwe } from './jwe.ts';
import { bytesOf, type SecretKey } from './secret-key.ts';
import { toBytes, toText } from './text.ts';

/** A symmetric key and the `kid` to write; null writes none. */
export interface DirKey {
  readonly key: SecretKey;
  readonly kid: string | null;
}

/** JWE `dir` + `A256GCM`, compact. The header's members stand in the published clients' order (kms.md §1.2). */
export async function sealDir({ key, kid }: DirKey, plaintext: string | Uint8Array): Promise<string> {
  return sealUnder(
    bytesOf(key),
    protectedPart(kid),
    '',
    typeof plaintext === 'string' ? toBytes(plaintext) : plaintext,
  );
}

/** Opens what {@link sealDir} made; any `kid` in the header is left to the caller to judge. */
export async function openDir(key: SecretKey, sealed: string | Jwe): Promise<Uint8Array> {
  const jwe = typeof sealed === 'string' ? parseJwe(sealed, { algorithms: ['dir'] }) : sealed;
  if (jwe.alg !== 'dir') throw new CloisterError('seal/unsupported-algorithm', { detail: 'alg' });
  return openUnder(bytesOf(key), jwe);
}

export async function openDirText(key: SecretKey, sealed: string | Jwe): Promise<string> {
  return toText(await openDir(key, sealed));
}

/** RFC 7516 §5.1 steps 9-19, with a key that is already there. */
export async function sealUnder(
  key: Uint8Array,
  header: string,
  encryptedKey: string,
  plaintext: Uint8Array,
): Promise<string> {
  const { encode } = base64url;
  const iv = primitives.nonce();
  const { ciphertext, tag } = await primitives.gcmSeal(key, iv, toBytes(header), plaintext);
  return `${header}.${encryptedKey}.${encode(iv)}.${encode(ciphertext)}.${encode(tag)}`;
}

/** One error for every failure, so that nothing but "no" is learned from it. */
export async function openUnder(key: Uint8Array, jwe: Jwe): Promise<Uint8Array> {
  const plaintext = await primitives.gcmOpen(key, jwe.iv, toBytes(jwe.protectedPart), jwe);
  if (plaintext === null) throw new CloisterError('seal/open-failed');
  return plaintext;
}

const CONTENT_HEADER = base64url.encode(toBytes('{"enc":"A256GCM","alg":"dir"}'));

function protectedPart(kid: string | null): string {
  if (kid === null) return CONTENT_HEADER;
  return base64url.encode(toBytes(JSON.stringify({ enc: 'A256GCM', alg: 'dir', kid })));
}
