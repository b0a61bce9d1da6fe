// What the bench does behind the key server's door: KEKs by the thousand, which nobody can ask for, and the two ends of a
// tunnel. Only this file reaches there.
export { AuditLog } from '../../../security-realm/kms/src/audit/audit-log.ts';
export { wrapKek } from '../../../security-realm/kms/src/keys/kek-wrap.ts';
export { transition } from '../../../security-realm/kms/src/master-keys/store/transition.ts';
export { insertKek } from '../../../security-realm/kms/src/store/kek-row.ts';
export { CoreProcess } from '../../../security-realm/kms/src/testing/core-process.ts';
export { LinkedNode } from '../../../security-realm/kms/src/testing/linked-node.ts';
export { untilLine } from '../../../security-realm/kms/src/testing/test-hsm.ts';
export { TestRealm } from '../../../security-realm/kms/src/testing/test-realm.ts';
