import type { FederationRealm } from '@cloister/wire';
import type { Route } from './route.ts';

/** `GET /federation/v1/realm`: who this is, and by which key its receipts are verified (wires.md §13). */
export const realmRoute = (realm: FederationRealm): Route => ({
  method: 'GET',
  path: '/federation/v1/realm',
  answer: async () => ({ status: 200, body: realm }),
});
