import type { KeyObject } from 'node:crypto';
import { type StatusEntry, type StatusPayload, statusType, type TokenKey } from '@cloister/wire';
import { CompactSign, type JWK } from 'jose';

/** Most entries of one answer (wires.md §2). */
export const mostEntries = 5000;

/** What is stated: the log after a number, as of now. */
export interface Statement {
  readonly issuer: string;
  readonly after: number;
  readonly head: number;
  readonly entries: readonly StatusEntry[];
  readonly tokenKeys: readonly JWK[];
  readonly now: Date;
}

/** A signed statement: who may sign in, which sign-ins ended, which keys sign tokens, as of `issuedAt`. */
export const signStatement = (
  key: { readonly kid: string; readonly privateKey: KeyObject },
  { issuer, after, head, entries, tokenKeys, now }: Statement,
): Promise<string> => {
  const payload: StatusPayload = {
    iss: issuer,
    after,
    head,
    issuedAt: Math.floor(now.getTime() / 1000),
    keys: { keys: [...tokenKeys] as TokenKey[] },
    entries: [...entries],
  };
  return new CompactSign(Buffer.from(JSON.stringify(payload)))
    .setProtectedHeader({ alg: 'EdDSA', kid: key.kid, typ: statusType })
    .sign(key.privateKey);
};
