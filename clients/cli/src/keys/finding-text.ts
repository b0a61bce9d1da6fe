import type { MasterKeyDiagnosis } from '@cloister/wire';

/** What a finding means and what to do, a line each (R079). */
export const findingText: Readonly<Record<MasterKeyDiagnosis['findings'][number], string>> = {
  ok: 'the key can be used: nothing to do',
  'key-disabled':
    'the key is disabled at Amazon: enable it (aws kms enable-key); it comes back by itself within minutes',
  'key-pending-deletion':
    'the key is waiting to be deleted at Amazon: cancel that at once (aws kms cancel-key-deletion), then enable it',
  'key-not-found': 'Amazon knows no such key: check the ARN; a key that was deleted there is gone for good',
  'grant-missing': 'the grant lacks operations: run the command below; a new grant takes up to five minutes to be seen',
  'wrong-kind': 'the key is not of the kind SYMMETRIC_DEFAULT for ENCRYPT_DECRYPT: make such a key and add its ARN',
  'our-credential':
    'Amazon does not accept our own credential: your key is not the cause, tell whoever runs this server',
  'amazon-unreachable': 'Amazon gives no answer: your key is not the cause, it is tried again by itself',
  'locally-revoked': 'the key was revoked here: cloister key activate <id>',
};
