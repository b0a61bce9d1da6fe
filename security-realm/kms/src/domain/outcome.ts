import type { KeyUri, KmsResponse } from '@cloister/wire';
import type { KeyRow } from '../store/key-row.ts';
import type { ResourceRow } from '../store/resource-row.ts';
import type { Party } from './party.ts';

/**
 * What a request came to. The response has no key bytes yet: `keys` are unwrapped and filled in when it is released,
 * after the audit is durable.
 */
export type Outcome = {
  readonly response: KmsResponse;
  readonly keys: readonly KeyRow[];
  /** The resource as it is after the change. */
  readonly resource: ResourceRow | null;
  readonly subjects: readonly Party[];
  readonly keyUris: readonly KeyUri[];
  /** The KEK that an administrator made or changed. */
  readonly kekId?: string;
  /** The main key of it that an administrator made or changed. */
  readonly masterKeyId?: string | undefined;
  /** The anonymous authorization that the request rested on. */
  readonly authorizationId?: string | undefined;
};
