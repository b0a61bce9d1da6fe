// What the bench does behind the key server's door: KEKs by the thousand, which nobody can ask for. Only this file
// reaches there.
export { AuditLog } from '../../../security-realm/kms/src/audit/audit-log.ts';
export { wrapKek } from '../../../security-realm/kms/src/keys/kek-wrap.ts';
export { transition } from '../../../security-realm/kms/src/master-keys/store/transition.ts';
export { insertKek } from '../../../security-realm/kms/src/store/kek-row.ts';
export { untilLine } from '../../../security-realm/kms/src/testing/test-hsm.ts';
export { TestRealm } from '../../../security-realm/kms/src/testing/test-realm.ts';
