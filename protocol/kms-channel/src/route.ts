import { parseJwe, parseJws } from '@cloister/seal';
import { CloisterError, readJson } from '@cloister/wire';

/**
 * Where a KMS message belongs, read before anything in it is authentic: `signed` is a handshake's answer or a reset,
 * `handshake` its request, `sealed` travels in the channel named by `kid` (kms.md §1.2).
 */
export type MessageRoute =
  | { readonly form: 'signed'; readonly kid: string; readonly requestId: string | null }
  | { readonly form: 'handshake' | 'sealed'; readonly kid: string };

const MAX_SIGNED = 64 * 1024;

/** @throws CloisterError `seal/…`, `wire/…` */
export function routeOf(message: string): MessageRoute {
  // The published clients tell the kinds apart by the number of dots, too (kms.md §1.2).
  if (typeof message === 'string' && message.split('.', 4).length === 3) return signedRoute(message);
  const { alg, kid } = parseJwe(message, { algorithms: ['dir', 'RSA-OAEP', 'RSA-OAEP-256'] });
  if (kid === null) throw new CloisterError('seal/malformed', { detail: 'no kid' });
  return { form: alg === 'dir' ? 'sealed' : 'handshake', kid };
}

function signedRoute(message: string): MessageRoute {
  const { kid, payload } = parseJws(message, { maxLength: MAX_SIGNED });
  if (kid === null) throw new CloisterError('seal/malformed', { detail: 'no kid' });
  const body = readJson(payload, MAX_SIGNED);
  const requestId = typeof body === 'object' && body !== null && 'requestId' in body ? body.requestId : null;
  return { form: 'signed', kid, requestId: typeof requestId === 'string' ? requestId : null };
}
