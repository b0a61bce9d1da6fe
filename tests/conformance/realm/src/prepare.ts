import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { type CertifiedKey, makeRoot } from '@cloister/certs';
import { newId, type OrganisationId, parseKmsHost } from '@cloister/wire';
import type { Surroundings } from './surroundings/hand-over.ts';

/** The suite's own secrets, between `prepare` and `run`. Of no use to anybody else. */
export type SuiteKeys = { readonly feedKey: object; readonly root: CertifiedKey };

export const files = (folder: string) => ({
  surroundings: join(folder, 'surroundings.json'),
  realm: join(folder, 'realm.json'),
  suite: join(folder, 'suite.json'),
});

/** Writes what an implementation has to know before it makes its keys. */
export const prepare = async (folder: string): Promise<Surroundings> => {
  mkdirSync(folder, { recursive: true });
  const feed = generateKeyPairSync('ed25519');
  const root = await makeRoot({ commonName: 'Realm conformance root', now: new Date() });
  const [core, identity] = [await freePort(), await freePort()];
  const { kty, crv, x } = feed.publicKey.export({ format: 'jwk' }) as { kty: 'OKP'; crv: 'Ed25519'; x: string };
  const surroundings: Surroundings = {
    kmsHost: parseKmsHost('kms.acme.example'),
    organisationIds: [newId<OrganisationId>(), newId<OrganisationId>()],
    core: { url: `ws://localhost:${core}/realm/v1/connect` },
    identity: { url: `http://localhost:${identity}`, issuer: 'https://id.example/idbroker', feedKey: { kty, crv, x } },
    certificates: {
      static: join(folder, 'static.pem'),
      tls: join(folder, 'tls.pem'),
      roots: join(folder, 'roots.pem'),
    },
  };
  const keys: SuiteKeys = { feedKey: feed.privateKey.export({ format: 'jwk' }), root };
  const { suite, surroundings: told } = files(folder);
  writeFileSync(suite, JSON.stringify(keys), { mode: 0o600 });
  writeFileSync(surroundings.certificates.roots, root.certificatePem);
  writeFileSync(told, `${JSON.stringify(surroundings, null, 2)}\n`);
  return surroundings;
};

export const readSuiteKeys = (folder: string): SuiteKeys =>
  JSON.parse(readFileSync(files(folder).suite, 'utf8')) as SuiteKeys;

/** The implementation's configuration names the address before anything listens there. */
const freePort = async (): Promise<number> => {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
};
