// Prints whether a Node client with this environment accepts a key server: `node discover-main.ts <file>`, where the file has
// what discovery says, the host, the roots it was told, and the time.
import { readFileSync } from 'node:fs';
import type { HttpClient } from '../http/http-client.ts';
import { discoverKmsKey } from '../kms/trusted-key.ts';

const { rsaPublicKey, kmsHost, kmsRoots, now } = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'));
const http = { json: async () => ({ kmsCluster: `kms://${kmsHost}`, rsaPublicKey }) };
const found = discoverKmsKey({
  http: http as unknown as HttpClient,
  address: async () => 'http://localhost',
  personId: 'x',
  deployment: { kmsHost, kmsRoots } as never,
  domains: async () => [],
  now: () => now,
});
console.log(
  await found.then(
    () => 'accepted',
    (error: { code: string }) => error.code,
  ),
);
