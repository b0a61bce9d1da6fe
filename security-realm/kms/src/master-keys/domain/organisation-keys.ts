import type { MasterKeyState, MasterKeySource as PublishedSource } from '@cloister/wire';

/** Where a main key comes from: uploaded into our hsm, or named at AWS KMS. */
export type MasterKeySource = 'upload' | 'aws-kms';

/** The source that a request names (kms.md §1.6). */
export const sourceNamed = (published: PublishedSource): MasterKeySource =>
  published === 'BYOK' ? 'upload' : 'aws-kms';

/** What the realm's default main key still does for an organisation. */
export type DefaultRole = 'active' | 'rotation' | 'idle';

/** One main key of an organisation. */
export type MasterKey = {
  readonly keyId: string;
  readonly source: MasterKeySource;
  readonly arn: string | null;
  /** 16 bytes by which the same key is known again; of an uploaded one. */
  readonly checkValue: Buffer | null;
  readonly state: MasterKeyState;
  /** Of a deleted one. */
  readonly stateBefore: MasterKeyState | null;
  /** Why Amazon does not let a pending or rotating key be used. */
  readonly unusable: string | null;
  readonly createdAt: Date;
  readonly stateChangedAt: Date;
  readonly activatedAt: Date | null;
  readonly rotationStartedAt: Date | null;
  readonly rotationTotal: number | null;
  readonly retireAt: Date | null;
  readonly purgeAt: Date | null;
};

/** The main keys of one organisation and who of them holds the main-key role. */
export type OrganisationKeys = {
  readonly organisationId: string;
  /** Grows with each transition. */
  readonly version: number;
  /** Grows with each transition that freezes or unfreezes. */
  readonly epoch: number;
  /** Null: the realm's default main key holds the role. */
  readonly headKeyId: string | null;
  /** Whether no content key is made, bound or released. */
  readonly isFrozen: boolean;
  readonly defaultRole: DefaultRole;
  /** While the default main key is in rotation. */
  readonly defaultRotationStartedAt: Date | null;
  readonly defaultRotationTotal: number | null;
  readonly frozenAt: Date | null;
  readonly effectiveAt: Date | null;
  readonly keys: readonly MasterKey[];
};

/** The organisation's own main key that holds the role, if it is not the default's. */
export const headOf = ({ headKeyId, keys }: Pick<OrganisationKeys, 'headKeyId' | 'keys'>): MasterKey | null =>
  keys.find(({ keyId }) => keyId === headKeyId) ?? null;

/** Whether the content of an organisation is off while this key is its head (byok.md §4.1). */
export const turnsOff = (head: Pick<MasterKey, 'state'> | null): boolean => head !== null && head.state !== 'active';

/** R052: "portal does not show it", but for one that the organisation still needs (R050). */
export const visible = ({ keys, headKeyId }: OrganisationKeys): MasterKey[] =>
  keys.filter(({ state, keyId }) => state !== 'removed' || keyId === headKeyId);
