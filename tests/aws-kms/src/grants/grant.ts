import type { EncryptionContext } from '../keys/ciphertext.ts';

export type GrantConstraints = {
  readonly EncryptionContextSubset?: EncryptionContext | undefined;
  readonly EncryptionContextEquals?: EncryptionContext | undefined;
};

/** A grant on a key: who may do what with it until it is revoked or retired. */
export type Grant = {
  readonly id: string;
  readonly name: string | null;
  readonly grantee: string;
  readonly retiring: string | null;
  readonly issuingAccount: string;
  readonly operations: readonly string[];
  readonly constraints: GrantConstraints | null;
  readonly tokens: Set<string>;
  readonly createdAt: number;
  /** When it was revoked or retired; it goes on working until that has spread. */
  endedAt: number | null;
};

/** Whether the context of a cryptographic operation is one that the grant is for. */
export function contextFits(constraints: GrantConstraints | null, context: EncryptionContext): boolean {
  const { EncryptionContextSubset: subset, EncryptionContextEquals: equal } = constraints ?? {};
  const holds = (wanted: EncryptionContext) => Object.entries(wanted).every(([name, value]) => context[name] === value);
  if (subset !== undefined && !holds(subset)) return false;
  return equal === undefined || (holds(equal) && Object.keys(equal).length === Object.keys(context).length);
}
