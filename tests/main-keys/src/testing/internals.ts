// What lies behind other packages' doors: the key server's own test client, and the tools of the other model test. Only
// this file reaches there.
export { discoveryOf } from '../../../../security-realm/kms/src/secrets/discovery.ts';
export { TestClient } from '../../../../security-realm/kms/src/testing/test-client.ts';
export { TestHsm } from '../../../../security-realm/kms/src/testing/test-hsm.ts';
export { TestIdentity } from '../../../../security-realm/kms/src/testing/test-identity.ts';
export { Busy } from '../../../two-part/src/testing/busy.ts';
export { Died, Life } from '../../../two-part/src/testing/mortal-database.ts';
