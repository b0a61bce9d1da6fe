import type { KeyDiagnosis } from '@cloister/hsm';
import type { MasterKeyDiagnosis } from '@cloister/wire';
import type { MasterKey } from './organisation-keys.ts';

type Finding = MasterKeyDiagnosis['findings'][number];

const ofReason: Readonly<Record<string, Finding>> = {
  disabled: 'key-disabled',
  'pending-deletion': 'key-pending-deletion',
  'pending-import': 'key-disabled',
  'not-found': 'key-not-found',
  denied: 'grant-missing',
  'wrong-kind': 'wrong-kind',
};

const ofFault: Readonly<Record<string, Finding>> = {
  'hsm/credential-fault': 'our-credential',
  'hsm/no-aws': 'our-credential',
  'hsm/key-unavailable': 'amazon-unreachable',
  'hsm/unavailable': 'amazon-unreachable',
};

/** What stands between an organisation and its key at Amazon, in words that people can act on (R078, R079). */
export const findingsOf = (
  { state }: Pick<MasterKey, 'state'>,
  { fault, reason, missing }: Pick<KeyDiagnosis, 'fault' | 'reason' | 'missing'>,
): Finding[] => {
  const found = new Set<Finding>();
  const byReason = ofReason[reason ?? ''];
  if (byReason !== undefined) found.add(byReason);
  const byFault = ofFault[fault ?? ''];
  if (byFault !== undefined) found.add(byFault);
  // A key that is off or gone denies everything: only of one that is there the grant is to blame.
  if (missing.length > 0 && found.size === 0) found.add('grant-missing');
  if (found.size === 0 && fault === null) found.add('ok');
  if (state === 'locally-revoked') found.add('locally-revoked');
  return [...found];
};
