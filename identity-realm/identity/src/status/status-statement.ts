import type { StatusEntry, StatusPayload, TokenKey } from '@cloister/wire';
import type { JWK } from 'jose';

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

/** Who may sign in, which sign-ins ended, which keys sign tokens, as of `issuedAt`. */
export const statusPayload = ({ issuer, after, head, entries, tokenKeys, now }: Statement): StatusPayload => ({
  iss: issuer,
  after,
  head,
  issuedAt: Math.floor(now.getTime() / 1000),
  keys: { keys: [...tokenKeys] as TokenKey[] },
  entries: [...entries],
});
