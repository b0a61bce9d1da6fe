// What the core's own tests have: identity's half of what it needs, and a client. Only this file reaches there.
export { TestClient as CoreClient } from '../../../../core-realm/core/src/testing/test-client.ts';
export { TestIdentity as CoreIdentity } from '../../../../core-realm/core/src/testing/test-identity.ts';
