import { base64url, CloisterError } from '@cloister/wire';
import { primitives } from '#primitives';
import { decode } from './jwe.ts';
import type { Scr } from './scr.ts';
import { bytesOf, SecretKey } from './secret-key.ts';
import { toBytes } from './text.ts';

/**
 * Seals a file under a key of its own: the upload is the bare ciphertext, as long as the file; everything else is in
 * the reference (kms.md §2). Give the reference its `loc` after the upload, then seal it with `sealScr`.
 */
export async function sealFile(
  bytes: Uint8Array,
  { now }: { readonly now: Date },
): Promise<{ readonly ciphertext: Uint8Array; readonly scr: Scr }> {
  const { encode } = base64url;
  const key = SecretKey.generate('scr');
  const iv = primitives.nonce();
  const aad = now.toISOString();
  const { ciphertext, tag } = await primitives.gcmSeal(bytesOf(key), iv, toBytes(aad), bytes);
  return { ciphertext, scr: { key, iv: encode(iv), tag: encode(tag), aad } };
}

/** @throws CloisterError `seal/open-failed` */
export async function openFile(ciphertext: Uint8Array, scr: Scr): Promise<Uint8Array> {
  const sealed = { ciphertext, tag: decode(scr.tag) };
  const bytes = await primitives.gcmOpen(bytesOf(scr.key), decode(scr.iv), toBytes(scr.aad), sealed);
  if (bytes === null) throw new CloisterError('seal/open-failed');
  return bytes;
}
