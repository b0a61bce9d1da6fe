import { base64url, readJson } from '@cloister/wire';
import * as z from 'zod/mini';

const claims = z.object({ exp: z.number() });

/** Whether a token says of itself that its time is over: its holder may have a newer one by the next attempt. */
export const isExpired = (bearer: string, now: Date): boolean => {
  try {
    return claims.parse(readJson(base64url.decode(bearer.split('.')[1] ?? ''), 16_384)).exp * 1000 <= now.getTime();
  } catch {
    return false;
  }
};
