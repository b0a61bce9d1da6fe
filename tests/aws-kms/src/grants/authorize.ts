import { rootOf } from '../accounts.ts';
import type { EncryptionContext } from '../keys/ciphertext.ts';
import { type Asker, denied } from '../keys/key-ring.ts';
import type { KmsKey } from '../keys/kms-key.ts';
import { contextFits, type Grant } from './grant.ts';

export type Use = {
  readonly action: string;
  /** Of a cryptographic operation. */
  readonly context?: EncryptionContext | undefined;
  readonly grantTokens?: readonly string[] | undefined;
};

/** Grants spread slowly: the time at which it is asked, and how long they take. */
export type Spreading = { readonly now: number; readonly delayMs: number };

/** Throws AccessDenied unless the key's policy (its own account) or a grant lets the asker do it; the grant, if it is one. */
export function authorize(key: KmsKey, asker: Asker, use: Use, spreading: Spreading): Grant | null {
  if (asker.account === key.account) return null;
  const grant = [...key.grants.values()].find(
    (each) =>
      [asker.arn, rootOf(asker.account)].includes(each.grantee) &&
      each.operations.includes(use.action) &&
      (use.context === undefined || contextFits(each.constraints, use.context)) &&
      inForce(each, use.grantTokens ?? [], spreading),
  );
  if (grant === undefined) throw denied(asker, use.action, key.arn);
  return grant;
}

/** A token makes a grant usable before it has spread; nothing makes it end sooner. */
function inForce(grant: Grant, tokens: readonly string[], { now, delayMs }: Spreading): boolean {
  const begun = grant.createdAt + delayMs <= now || tokens.some((token) => grant.tokens.has(token));
  return begun && (grant.endedAt === null || now < grant.endedAt + delayMs);
}
