import { CloisterError, type CompactJws, type KmsHost } from '@cloister/wire';
import type { ListHome } from './list-statement.ts';
import { type ReadersClaims, readersClaims } from './readers-claims.ts';
import type { ReceiptSigner } from './sign-receipt.ts';
import { parseStatement, type StatementKind, signStatement, verifyStatement } from './signed-statement.ts';

/** How long the asker keeps a statement, from the start of the request that brought it, in milliseconds (wires.md §13). */
export const readersLeaseMs = 300_000;

const kind: StatementKind<ReadersClaims> = {
  typ: 'cloister-readers+jws',
  claims: readersClaims,
  maxLength: 8 * 1024,
  fault: 'wire/invalid-readers',
};

/**
 * A key server's statement of which machines an organisation lets read, for one other key server.
 * @throws CloisterError `wire/invalid-readers`, `seal/invalid-key`
 */
export const signReaders = (claims: ReadersClaims, signer: ReceiptSigner): Promise<CompactJws> =>
  signStatement(kind, claims, signer);

/**
 * The statement, if the organisation's key server signed it for the one who asked; that it is of an organisation asked for, and
 * how old it may be, is the caller's decision.
 * @throws CloisterError `wire/invalid-readers`, the same for every fault
 */
export const verifyReaders = async (
  jws: unknown,
  { kmsHost, keyNamed }: ListHome,
  audience: KmsHost,
): Promise<ReadersClaims> => {
  const { kid } = parseStatement(kind, jws);
  const claims = await verifyStatement(kind, jws, { kid, key: await keyNamed(kid) });
  if (claims.iss !== kmsHost || claims.aud !== audience) throw new CloisterError('wire/invalid-readers');
  return claims;
};
