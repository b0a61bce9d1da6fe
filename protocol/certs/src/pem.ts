import { refused } from './refused.ts';

const BLOCK = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/g;

/**
 * The DER of every certificate in a PEM text (RFC 7468 §5), for `roots`.
 * @throws CloisterError `certs/unreadable` for a block that is not base64
 */
export function rootsFromPem(pem: string): readonly Uint8Array<ArrayBuffer>[] {
  return [...pem.matchAll(BLOCK)].map(([, body = '']) => {
    try {
      return Uint8Array.from(atob(body), (character) => character.charCodeAt(0));
    } catch {
      throw refused('certs/unreadable', 'a PEM block is not base64');
    }
  });
}
