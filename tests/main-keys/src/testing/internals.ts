// What lies behind other packages' doors: the key server's own test client, and what planted faults are planted in. Only
// this file reaches there.
export { discoveryOf } from '../../../../security-realm/kms/src/secrets/discovery.ts';
export { TestClient } from '../../../../security-realm/kms/src/testing/test-client.ts';
export { TestHsm } from '../../../../security-realm/kms/src/testing/test-hsm.ts';
export { TestIdentity } from '../../../../security-realm/kms/src/testing/test-identity.ts';
