import type { HsmClient } from '@cloister/hsm';

/** What the KMS asks of its hsm. */
export type Hsm = Pick<
  HsmClient,
  | 'ensureKey'
  | 'publicKey'
  | 'importKey'
  | 'check'
  | 'wrap'
  | 'unwrap'
  | 'rewrap'
  | 'describe'
  | 'probe'
  | 'diagnose'
  | 'principal'
  | 'destroy'
>;
