import { CloisterError, type CompactJws, hostOf, type KmsHost, type ResourceUri } from '@cloister/wire';
import { type ListClaims, listClaims } from './list-claims.ts';
import type { ReceiptKey } from './receipt-key.ts';
import type { ReceiptSigner } from './sign-receipt.ts';
import { parseStatement, type StatementKind, signStatement, verifyStatement } from './signed-statement.ts';

/** How long a list may be used, from the start of the request that brought it, in milliseconds (wires.md §13). */
export const listLeaseMs = 300_000;

/** Two thousand people are some 240 KiB. */
const kind: StatementKind<ListClaims> = {
  typ: 'cloister-list+jws',
  claims: listClaims,
  maxLength: 1024 * 1024,
  fault: 'wire/invalid-list',
};

/**
 * Home's statement of a resource's list, for one other key server.
 * @throws CloisterError `wire/invalid-list`, `seal/invalid-key`
 */
export const signList = (claims: ListClaims, signer: ReceiptSigner): Promise<CompactJws> =>
  signStatement(kind, claims, signer);

/** Whose list is accepted. */
export interface ListHome {
  readonly kmsHost: KmsHost;
  /** Its receipt key of that name, which may have to be asked for. */
  readonly keyNamed: (kid: string) => Promise<ReceiptKey>;
}

/** What is asked for, and by whom. */
export interface ListAsked {
  readonly resourceUri: ResourceUri;
  readonly audience: KmsHost;
}

/**
 * The list, if its home signed it for the one who asked. How old it may be is the caller's decision.
 * @throws CloisterError `wire/invalid-list`, the same for every fault
 */
export const verifyList = async (
  jws: unknown,
  home: ListHome,
  { resourceUri, audience }: ListAsked,
): Promise<ListClaims> => {
  const { kid } = parseStatement(kind, jws);
  const claims = await verifyStatement(kind, jws, { kid, key: await home.keyNamed(kid) });
  const isAnswer =
    claims.iss === home.kmsHost &&
    hostOf(claims.resourceUri) === home.kmsHost &&
    claims.resourceUri === resourceUri &&
    claims.aud === audience;
  if (!isAnswer) throw new CloisterError('wire/invalid-list');
  return claims;
};
