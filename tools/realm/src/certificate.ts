import { createPublicKey, type JsonWebKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { checkTlsCertificate, rootsFromPem, spkiFingerprint } from '@cloister/certs';
import { writePrivate } from '@cloister/evaluation';
import { SetUpError } from '@cloister/postgres';
import { CloisterError } from '@cloister/wire';
import { layOut, type RealmLayout } from './layout.ts';
import { readPublicHalves } from './public-halves.ts';
import { reload } from './reload.ts';
import { finishRenewal } from './rotate.ts';
import { type RealmSettings, readSettings } from './settings.ts';
import type { Told } from './told.ts';

/** Which of the two certificates of a realm one is, and whether it is for the present key or its successor. */
interface Placed {
  readonly kind: 'static' | 'tls';
  readonly isNext: boolean;
}

/**
 * Checks a certificate as every client and peer will, and puts it where it belongs; one for a successor finishes that renewal.
 * @throws SetUpError when it is for no key of the realm, or a rule of the profile is broken; then nothing is changed
 */
export const certificate = async (folder: string, file: string, now: () => number): Promise<Told> => {
  const layout = layOut(folder);
  const settings = readSettings(layout);
  const leaf = readLeaf(file);
  const placed = placeOf(leaf, layout, file);
  const { rootPem, expiresAt } = await check(leaf, placed, { layout, settings, now: now() });
  const { kms } = layout;
  const pem = leaf.toString().trim();
  if (placed.kind === 'static') writePrivate(kms.chain, `${pem}\n${rootPem.trim()}\n`);
  else writePrivate(kms.federation, `${pem}\n`);
  if (placed.isNext) await finishRenewal(layout, settings, placed.kind, now);
  const reloaded = reload(layout);
  const until = new Date(expiresAt).toISOString();
  return {
    value: { kmsHost: settings.kmsHost, key: placed.kind, until, renewed: placed.isNext, reloaded },
    lines: [`installed the certificate of the ${placed.kind} key, good until ${until.slice(0, 10)}`],
  };
};

const readLeaf = (file: string): X509Certificate => {
  try {
    return new X509Certificate(readFileSync(file));
  } catch {
    throw new SetUpError(`${file} holds no certificate`, 'give the PEM that the authority answered');
  }
};

const placeOf = (leaf: X509Certificate, layout: RealmLayout, file: string): Placed => {
  const { staticKey, tlsKey, next = {} } = readPublicHalves(layout);
  const isOf = (jwk: JsonWebKey | undefined) =>
    jwk !== undefined && leaf.publicKey.equals(createPublicKey({ key: jwk, format: 'jwk' }));
  for (const [kind, present] of [
    ['static', staticKey],
    ['tls', tlsKey],
  ] as const) {
    if (isOf(next[kind])) return { kind, isNext: true };
    if (isOf(present)) return { kind, isNext: false };
  }
  throw new SetUpError(`${file} is for no key of this realm`, `have one of ${layout.folder}/requests certified`);
};

interface Judging {
  readonly layout: RealmLayout;
  readonly settings: RealmSettings;
  readonly now: number;
}

const check = async (leaf: X509Certificate, { kind }: Placed, { layout, settings, now }: Judging) => {
  const roots = rootsFromPem(readFileSync(layout.roots, 'utf8'));
  const { kmsHost, domain } = settings;
  const names = kind === 'static' && domain !== undefined ? [kmsHost, domain] : [kmsHost];
  const purposes = kind === 'static' ? (['server'] as const) : (['server', 'client'] as const);
  try {
    let checked: Awaited<ReturnType<typeof checkTlsCertificate>> | undefined;
    for (const purpose of purposes) {
      checked = await checkTlsCertificate({ certificate: leaf.raw, names, purpose, roots, now });
    }
    if (checked === undefined) throw new CloisterError('certs/unreadable');
    for (const root of roots) {
      const isIssuer = (await spkiFingerprint(root)) === checked.rootFingerprint;
      if (isIssuer) return { rootPem: new X509Certificate(root).toString(), expiresAt: checked.expiresAt };
    }
    throw new CloisterError('certs/untrusted');
  } catch (error) {
    if (!(error instanceof CloisterError)) throw error;
    throw new SetUpError(
      `others would refuse it: ${error.detail ?? error.message}`,
      `it needs the DNS names ${names.join(' and ')}, for ${purposes.join(' and ')} use, directly under an accepted root; nothing was changed`,
    );
  }
};
