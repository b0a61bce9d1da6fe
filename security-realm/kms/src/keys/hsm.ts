import type { HsmClient } from '@cloister/hsm';

/** What the KMS asks of its hsm. */
export type Hsm = Pick<HsmClient, 'ensureKey' | 'wrap' | 'unwrap' | 'describe' | 'destroy'>;
