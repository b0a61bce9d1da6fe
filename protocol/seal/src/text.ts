import { CloisterError } from '@cloister/wire';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export const toBytes = (text: string): Uint8Array => encoder.encode(text);

/** Strict UTF-8. What decrypted to anything else counts as not decrypted. */
export function toText(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new CloisterError('seal/open-failed');
  }
}
