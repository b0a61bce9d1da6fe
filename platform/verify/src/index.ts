/**
 * Decides whom to believe: access tokens against identity's signed status feed, its word on people's organisations, realms' link tokens,
 * receipts' bindings.
 * Never learns a person's name, an e-mail, a password or any key but public ones and the realm's own link key.
 * @see docs/wires.md §2, §4, §13
 */
export { type BoundRequest, checkReceiptBinding } from './check-receipt-binding.ts';
export { isStale } from './is-stale.ts';
export { type ExpectedAnswer, openJoinedAnswer } from './joined-answer.ts';
export { leaverOperationId } from './leaver-operation-id.ts';
export { leavingOf } from './leaving-of.ts';
export { lookupLoopback } from './lookup-loopback.ts';
export { claimedRealm, openRealmVerifier, type RealmVerifier } from './open-realm-verifier.ts';
export { openTokenVerifier, type TokenExpectation, type TokenVerifier } from './open-token-verifier.ts';
export { operationId } from './operation-id.ts';
export { PeopleStatements, type PeopleStatementsOptions } from './people-statements.ts';
export { keyThumbprint, openRealmProofs, signRealmProofs } from './realm-proof.ts';
export { REALM_TOKEN_LIFE, REALM_TOKEN_TYPE, signRealmToken } from './realm-token.ts';
export { StatusDirectory } from './status-directory.ts';
export { StatusFeed, type StatusFeedOptions } from './status-feed.ts';
export type { StatusSnapshot } from './status-snapshot.ts';
export type {
  By,
  Case,
  Leaver,
  Leaving,
  Machine,
  Organisation,
  Person,
  Realm,
  RealmKeys,
  StatusView,
} from './status-view.ts';
