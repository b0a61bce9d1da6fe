import { createGrant } from './create-grant.ts';
import { decrypt, encrypt } from './crypto.ts';
import { listGrants, retireGrant, revokeGrant } from './grants.ts';
import { createKey, describeKey, listKeys } from './keys.ts';
import type { Operation } from './operation.ts';
import { cancelKeyDeletion, disableKey, enableKey, scheduleKeyDeletion } from './states.ts';

const operations = {
  CancelKeyDeletion: cancelKeyDeletion,
  CreateGrant: createGrant,
  CreateKey: createKey,
  Decrypt: decrypt,
  DescribeKey: describeKey,
  DisableKey: disableKey,
  EnableKey: enableKey,
  Encrypt: encrypt,
  ListGrants: listGrants,
  ListKeys: listKeys,
  RetireGrant: retireGrant,
  RevokeGrant: revokeGrant,
  ScheduleKeyDeletion: scheduleKeyDeletion,
} satisfies Record<string, Operation>;

export type OperationName = keyof typeof operations;

export const operationNamed = (name: string): Operation | undefined =>
  Object.hasOwn(operations, name) ? operations[name as OperationName] : undefined;
