import { base64url, CloisterError } from '@cloister/wire';
import { primitives } from '#primitives';
import type { Jwe } from './jwe.ts';
import { parseJwe } from './jwe.ts';
import { memo } from './memo.ts';
import { bytesOf, type SecretKey } from './secret-key.ts';
import { toBytes, toText } from './text.ts';

/** A symmetric key and the `kid` to write; null writes none. */
export interface DirKey {
  readonly key: SecretKey;
  readonly kid: string | null;
}

/** JWE `dir` + `A256GCM`, compact. The header's members stand in the published clients' order (kms.md §1.2). */
export async function sealDir({ key, kid }: DirKey, plaintext: string | Uint8Array): Promise<string> {
  return sealUnder(bytesOf(key), headerFor(kid), '', typeof plaintext === 'string' ? toBytes(plaintext) : plaintext);
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
  header: SealedHeader,
  encryptedKey: string,
  plaintext: Uint8Array,
): Promise<string> {
  const { encode } = base64url;
  const iv = primitives.nonce();
  const { ciphertext, tag } = await primitives.gcmSeal(key, iv, header.ascii, plaintext);
  return `${header.part}.${encryptedKey}.${encode(iv)}.${encode(ciphertext)}.${encode(tag)}`;
}

/** One error for every failure, so that nothing but "no" is learned from it. */
export async function openUnder(key: Uint8Array, jwe: Jwe): Promise<Uint8Array> {
  const plaintext = await primitives.gcmOpen(key, jwe.iv, jwe.protectedBytes, jwe);
  if (plaintext === null) throw new CloisterError('seal/open-failed');
  return plaintext;
}

/** A header as it is written, and its bytes as they are authenticated. */
export interface SealedHeader {
  readonly part: string;
  readonly ascii: Uint8Array;
}

export function encodeHeader(members: Readonly<Record<string, unknown>>): SealedHeader {
  const part = base64url.encode(toBytes(JSON.stringify(members)));
  return { part, ascii: toBytes(part) };
}

const contentHeader = encodeHeader({ enc: 'A256GCM', alg: 'dir' });
const channelHeader = memo((kid) => encodeHeader({ enc: 'A256GCM', alg: 'dir', kid }));
const headerFor = (kid: string | null): SealedHeader => (kid === null ? contentHeader : channelHeader(kid));
