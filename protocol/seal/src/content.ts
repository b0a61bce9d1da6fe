import { openDir, openDirText, sealDir } from './dir.ts';
import { parseJwe } from './jwe.ts';
import type { SecretKey } from './secret-key.ts';

/** Room content: the header is exactly `{"enc":"A256GCM","alg":"dir"}`; the key is named outside (kms.md §2). */
export const sealText = (key: SecretKey, text: string): Promise<string> => sealDir({ key, kid: null }, text);
export const sealBytes = (key: SecretKey, bytes: Uint8Array): Promise<string> => sealDir({ key, kid: null }, bytes);

/** Readers tolerate a `kid` in the header: older published clients write one. */
export async function openText(key: SecretKey, sealed: string): Promise<string> {
  return openDirText(key, parseJwe(sealed, { algorithms: ['dir'] }));
}

/** Binary content may be large; `maxLength` is in characters of the sealed text. */
export async function openBytes(key: SecretKey, sealed: string, options: { readonly maxLength?: number } = {}) {
  return openDir(key, parseJwe(sealed, { algorithms: ['dir'], ...options }));
}
