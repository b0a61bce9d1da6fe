import type { StatusView } from '@cloister/verify';
import { base64url, isUuid, type MachineId, readJson, type UserId } from '@cloister/wire';
import * as z from 'zod/mini';

const header = z.object({ kid: z.string() });
const subject = z.object({ sub: z.custom<UserId>(isUuid) });

/**
 * Whether a token may be refused only because the status feed has not told everything yet: signed by a key, or for a
 * person or a machine, that it does not name. Such a fault passes by itself, and the published client never recovers from an error in
 * its handshake (kms.md §1.4). Nothing here believes the token.
 */
export const mayPass = (bearer: string, status: StatusView): boolean => {
  const [head = '', body = '', ...rest] = bearer.split('.');
  if (rest.length !== 1) return false;
  try {
    const { kid } = header.parse(readJson(base64url.decode(head), 4096));
    const { sub } = subject.parse(readJson(base64url.decode(body), 16_384));
    const isKnown = status.person(sub) !== undefined || status.machine(sub as string as MachineId) !== undefined;
    return status.tokenKey(kid) === undefined || !isKnown;
  } catch {
    return false;
  }
};
