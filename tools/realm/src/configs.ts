import { existsSync } from 'node:fs';
import { writeJson } from '@cloister/evaluation';
import type { RealmLayout } from './layout.ts';
import type { RealmSettings } from './settings.ts';

/** Before it joined the realm knows no operator; nothing but making keys runs with these. RFC 2606 §2: the name is nobody's. */
const nobody = {
  identity: 'https://not-joined.invalid',
  issuer: 'not joined',
  core: 'wss://not-joined.invalid/',
  feedKey: { kty: 'OKP', crv: 'Ed25519', x: 'not joined' },
};

/** Writes the configurations of hsm and key server, as the settings have it. They name files and hold no secret. */
export const writeConfigs = (layout: RealmLayout, settings: RealmSettings): void => {
  const { hsm, kms } = layout;
  writeJson(hsm.config, {
    listen: { socket: hsm.socket },
    health: { socket: hsm.health },
    keystore: { kind: 'software', path: hsm.keystore },
    credentials: { pin: hsm.pin, shared: hsm.shared },
  });
  const operator = settings.operator ?? nobody;
  writeJson(kms.config, {
    kmsHost: settings.kmsHost,
    organisations: [settings.organisationId],
    health: { socket: kms.health },
    database: databaseOf(layout, settings),
    hsm: { socket: hsm.socket, shared: hsm.shared },
    core: { url: operator.core },
    identity: { url: operator.identity, issuer: operator.issuer, feedKey: operator.feedKey },
    ...(existsSync(layout.operatorRoot) ? { root: layout.operatorRoot } : {}),
    federation: { certificate: kms.federation, roots: layout.roots },
    status: kms.status,
    certificates: kms.chain,
    provision: kms.publicHalves,
  });
};

/** The `database` section: see `@cloister/database`. */
export const databaseOf = ({ run, kms }: RealmLayout, { database }: RealmSettings) => {
  if (database.kind === 'embedded') return { host: run, database: 'kms', user: 'kms', credentialFile: kms.password };
  const { url, passwordFile, rootCertificate } = database;
  return { url, credentialFile: passwordFile, ...(rootCertificate === undefined ? {} : { rootCertificate }) };
};
