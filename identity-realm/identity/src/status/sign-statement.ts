import type { KeyObject } from 'node:crypto';
import type { Joined, PeopleStatement, StatusPayload } from '@cloister/wire';
import { CompactSign } from 'jose';

/** The key that realms believe identity by. */
export interface StatementKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
}

/** What identity states, signed. RFC 8725 §3.11: a type of its own for each kind, so that none passes for another. */
export const signStatement = (
  { kid, privateKey }: StatementKey,
  typ: string,
  payload: StatusPayload | PeopleStatement | Joined,
): Promise<string> =>
  new CompactSign(Buffer.from(JSON.stringify(payload))).setProtectedHeader({ alg: 'EdDSA', kid, typ }).sign(privateKey);
