// What the key server runs beside `Kms` in its process, and its own tests' client: only this file reaches behind the
// package's door.
export { FrameHandler } from '../../../../security-realm/kms/src/link/frame-handler.ts';
export { RemovalOutbox } from '../../../../security-realm/kms/src/link/removal-outbox.ts';
export { discoveryOf } from '../../../../security-realm/kms/src/secrets/discovery.ts';
export { TestClient } from '../../../../security-realm/kms/src/testing/test-client.ts';
export { TestHsm } from '../../../../security-realm/kms/src/testing/test-hsm.ts';
export { TestIdentity } from '../../../../security-realm/kms/src/testing/test-identity.ts';
