import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';
import type { RealmSecret, RealmSecrets } from './realm-secrets.ts';

export type PublicHalves = RealmSecrets & { readonly kmsHost: string; readonly organisations: readonly string[] };

/** The hand-over of README.md: what the deployment registers with core, identity and the certificate authority. */
export const writePublicHalves = (path: string, halves: PublicHalves): void => {
  const { kmsHost, organisations } = halves;
  const signing = ({ publicJwk, kid }: RealmSecret) => ({ ...publicJwk, kid });
  const content = {
    kmsHost,
    organisations,
    staticKey: halves.staticKey.publicJwk,
    linkKey: signing(halves.linkKey),
    receiptKey: signing(halves.receiptKey),
    tlsKey: halves.tlsKey.publicJwk,
    ...(Object.keys(halves.next).length === 0 ? {} : { next: mapNext(halves.next) }),
  };
  const temporary = `${path}.new`;
  const descriptor = openSync(temporary, 'w', 0o644);
  try {
    writeSync(descriptor, `${JSON.stringify(content, null, 2)}\n`);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(temporary, path);
};

const mapNext = (next: RealmSecrets['next']): object =>
  Object.fromEntries(Object.entries(next).map(([name, { publicJwk, kid }]) => [name, { ...publicJwk, kid }]));
