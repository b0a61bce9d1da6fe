import type { JsonWebKey as NodeJwk } from 'node:crypto';
import { certificateRequest } from '@cloister/certs';
import { openRealmLog } from '@cloister/logging';
import { keyThumbprint, signRealmProofs } from '@cloister/verify';
import { domainName, parseWith, type RealmProof } from '@cloister/wire';
import * as z from 'zod/mini';
import type { KmsConfig } from './config.ts';
import { openParts } from './open-parts.ts';
import { openRealm, storeOf } from './provision.ts';
import { keyObjectOf, type RealmSecret, type RealmSecrets } from './secrets/realm-secrets.ts';
import { beginRenewal, finishRenewal } from './secrets/renew-secret.ts';
import { writePublicHalves } from './secrets/write-public-halves.ts';
import { renewableSecrets } from './store/secret-row.ts';

const name = z.enum(renewableSecrets);
const thumbprint = z.string().check(z.regex(/^[A-Za-z0-9_-]{43}$/));
const question = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('renew'), name }),
  z.strictObject({ do: z.literal('finish'), name }),
  z.strictObject({ do: z.literal('request'), domain: z.optional(domainName) }),
  z.strictObject({
    do: z.literal('prove'),
    act: z.enum(['join', 'renew']),
    aud: thumbprint,
    code: z.optional(thumbprint),
    /** Successors to make known; the others wait for their own time. */
    next: z.array(name),
  }),
]);
type Question = z.infer<typeof question>;

/**
 * What the realm's owner has this program do with keys that never leave it: certificate requests, proofs of possession for the
 * operator, renewals. The question and the answer are JSON; the answer holds public halves and signatures alone.
 * @throws CloisterError `wire/invalid-message`, `config/…`
 */
export const realmCommand = async (config: KmsConfig, input: string): Promise<object> => {
  const asked = parseWith(question, input);
  // Standard output is the answer's.
  const log = openRealmLog({ name: 'kms', destination: process.stderr });
  const parts = await openParts(config, log);
  const { kmsHost, organisations } = config;
  try {
    const all = { ...parts, organisations };
    if (asked.do === 'renew') await beginRenewal(storeOf(all), asked.name, parts.now());
    if (asked.do === 'finish') await finishRenewal(storeOf(all), asked.name, parts.now());
    const secrets = await openRealm(all);
    writePublicHalves(config.provision, { kmsHost, organisations, ...secrets });
    return await answer(asked, config, secrets, parts.now());
  } finally {
    await parts.close();
  }
};

const answer = async (asked: Question, { kmsHost }: KmsConfig, secrets: RealmSecrets, now: Date): Promise<object> => {
  switch (asked.do) {
    case 'renew':
    case 'finish':
      return { waiting: Object.keys(secrets.next) };
    case 'request': {
      const names = asked.domain === undefined ? [kmsHost] : [kmsHost, asked.domain];
      const of = ({ privateJwk }: RealmSecret, dnsNames: readonly string[]) =>
        certificateRequest({ dnsNames, privateJwk: privateJwk as unknown as JsonWebKey });
      return {
        static: await of(secrets.next.static ?? secrets.staticKey, names),
        tls: await of(secrets.next.tls ?? secrets.tlsKey, [kmsHost]),
      };
    }
    case 'prove':
      return prove(asked, kmsHost, secrets, now);
  }
};

/** By every key that stands and every successor, so that whoever asks again need not know how far it came. */
const prove = (
  { act, aud, code, next: known }: Extract<Question, { do: 'prove' }>,
  kmsHost: KmsConfig['kmsHost'],
  { linkKey, receiptKey, tlsKey, next }: RealmSecrets,
  now: Date,
): object => {
  const of = (which: 'link' | 'receipt' | 'tls', present: RealmSecret) =>
    (known.includes(which) ? next[which] : undefined) ?? present;
  const wanted = { link: of('link', linkKey), receipt: of('receipt', receiptKey), tls: of('tls', tlsKey) };
  const statement: RealmProof = {
    act,
    aud,
    kmsHost,
    keys: {
      link: keyThumbprint(wanted.link.publicJwk as NodeJwk),
      receipt: keyThumbprint(wanted.receipt.publicJwk as NodeJwk),
      tls: keyThumbprint(wanted.tls.publicJwk as NodeJwk),
    },
    ...(code === undefined ? {} : { code }),
    iat: Math.floor(now.getTime() / 1000),
  };
  const waiting = [next.link, next.receipt, next.tls].filter((secret) => secret !== undefined);
  const signers = [linkKey, receiptKey, tlsKey, ...waiting];
  return {
    linkKey: wanted.link.publicJwk,
    receiptKey: { ...wanted.receipt.publicJwk, kid: wanted.receipt.kid },
    tlsKey: wanted.tls.publicJwk,
    proofs: signRealmProofs(statement, signers.map(keyObjectOf)),
  };
};
