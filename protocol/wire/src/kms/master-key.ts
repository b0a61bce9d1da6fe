import * as z from 'zod/mini';
import type { OrganisationId, UserId } from '../ids.ts';
import { integer, list, text, uuid } from '../json/schemas.ts';
import { instanceUriOf } from '../kms-uri/instance-uri.ts';

/** Where a main key came from: uploaded under the hsm's public key, or named by its ARN. As published. */
export const masterKeySource = z.enum(['BYOK', 'AWS_KMS']);
export type MasterKeySource = z.infer<typeof masterKeySource>;

/** The state of a main key in Cloister's words (wires.md §12). */
export const masterKeyState = z.enum([
  'pending',
  'active',
  'rotation',
  'retired',
  'revoked',
  'locally-revoked',
  'revoked-by-amazon',
  'deleted',
  'removed',
]);
export type MasterKeyState = z.infer<typeof masterKeyState>;

/** The published states that we use (kms.md §1.6). */
export const usageState = z.enum([
  'PENDING',
  'ACTIVE',
  'REENCRYPTING',
  'RETIRED',
  'REVOKED',
  'DISABLED',
  'DELETED',
  'REMOVEDCLEAN',
  'REMOVEDDIRTY',
]);
export type UsageState = z.infer<typeof usageState>;

/** What a client may ask a main key's state to become. */
export const requestedKeyState = z.enum(['ACTIVE', 'REVOKED', 'DELETED', 'REMOVEDCLEAN']);
export type RequestedKeyState = z.infer<typeof requestedKeyState>;

const moment = z.string();
const count = integer(0, Number.MAX_SAFE_INTEGER);
const masterKeyUri = instanceUriOf('cmk');
/** A main key of the organisation's own, or the realm's default one. */
const masterKeyName = z.union([masterKeyUri, z.literal('default')]);

/** How far the rewrapping of KEKs from this key to the active one has come; `refused` could not be opened, and stay. */
const rotation = z.object({ total: count, done: count, startedAt: moment, refused: z.optional(count) });

/** How far a revocation has come: each node of the key server says when it has forgotten. */
const revocation = z.object({
  requestedAt: moment,
  nodes: count,
  acknowledged: count,
  /** When no node could use the key any more. */
  effectiveAt: z.optional(moment),
});

export const masterKeyView = z.object({
  uri: masterKeyUri,
  state: masterKeyState,
  source: masterKeySource,
  createdAt: moment,
  stateUpdatedOn: moment,
  activatedAt: z.optional(moment),
  /** Hex of the 16 bytes by which a backup is compared (wires.md §5, `check`); of uploaded keys. */
  check: z.optional(z.string().check(z.regex(/^[0-9a-f]{32}$/))),
  arn: z.optional(text(2048)),
  /** Why Amazon does not let a key be used that is not the head. */
  unusable: z.optional(text(64)),
  rotation: z.optional(rotation),
  /** When a retired key is removed. */
  retireAt: z.optional(moment),
  /** Until when a deleted key can be restored. */
  purgeAt: z.optional(moment),
  /** Active for a year: time to rotate (R034). */
  reminder: z.boolean(),
  revocation: z.optional(revocation),
});
/** A main key as our clients see it: `cloister` of a {@link CustomerMasterKey}. */
export type MasterKeyView = z.infer<typeof masterKeyView>;

export const customerMasterKey = z.object({
  usageState,
  assignedOrgId: uuid<OrganisationId>(),
  uri: masterKeyUri,
  source: masterKeySource,
  stateUpdatedOn: moment,
  rotation: z.optional(rotation),
  cloister: z.optional(masterKeyView),
});
/** A main key in the published form (kms.md §1.6). */
export type CustomerMasterKey = z.infer<typeof customerMasterKey>;

const masterKeyAct = z.enum([
  'upload',
  'add',
  'activate',
  'revoke',
  'revoke-locally',
  'delete',
  'undelete',
  'remove',
  'use-default',
  'rotation-done',
  'retire-done',
  'purge',
  'amazon-denied',
  'amazon-ok',
  'restore',
]);
/** What happened to a main key, by an administrator's hand or by itself. */
export type MasterKeyAct = z.infer<typeof masterKeyAct>;

const masterKeyEvent = z.object({
  at: moment,
  uri: masterKeyName,
  from: z.nullable(masterKeyState),
  to: z.nullable(masterKeyState),
  act: masterKeyAct,
  /** Null for what happened by itself. */
  by: z.nullable(uuid<UserId>()),
});
export type MasterKeyEventView = z.infer<typeof masterKeyEvent>;

export const masterKeyOverview = z.object({
  version: count,
  /** The head is off: no key of the organisation is made or released. */
  isFrozen: z.boolean(),
  /** Who holds the main-key role; null while the one that held it is removed (R050). */
  head: z.nullable(masterKeyName),
  keystore: z.enum(['software', 'pkcs11']),
  protection: z.enum(['software', 'token']),
  defaultUri: masterKeyUri,
  defaultRole: z.enum(['active', 'rotation', 'idle']),
  /** How far the rewrapping away from the default main key has come. */
  defaultRotation: z.optional(rotation),
  /** The organisation's own principal at Amazon. */
  principalArn: z.nullable(text(2048)),
  /** Whom a revocation reaches. */
  reach: z.object({ people: count, rooms: count }),
  /** Newest first; removed ones only while the organisation still needs them. */
  keys: list(masterKeyView, 1000),
  history: list(masterKeyEvent, 200),
});
/** The main keys of an organisation: `cloister.masterKeys` of every reply about them (wires.md §12). */
export type MasterKeyOverview = z.infer<typeof masterKeyOverview>;

const awsOperation = z.enum(['Encrypt', 'Decrypt', 'DescribeKey']);

export const masterKeyDiagnosis = z.object({
  arn: z.optional(text(2048)),
  principalArn: z.optional(text(2048)),
  keyState: z.optional(text(64)),
  missing: list(awsOperation, 3),
  fault: z.nullable(text(64)),
  reason: z.optional(text(64)),
  findings: list(
    z.enum([
      'ok',
      'key-disabled',
      'key-pending-deletion',
      'key-not-found',
      'grant-missing',
      'wrong-kind',
      'our-credential',
      'amazon-unreachable',
      'locally-revoked',
    ]),
    10,
  ),
});
/** What is wrong with a key at Amazon, and what is missing (R079). */
export type MasterKeyDiagnosis = z.infer<typeof masterKeyDiagnosis>;

/** What `cloister` of a reply about main keys holds. */
export const masterKeyReply = z.object({
  masterKeys: z.optional(masterKeyOverview),
  diagnosis: z.optional(masterKeyDiagnosis),
});
