import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { keyThumbprint, signRealmProofs } from '@cloister/verify';
import {
  type EcPublicJwk,
  type EdPublicJwk,
  formatJoiningCode,
  type JoiningCode,
  type KmsHost,
  newId,
  type OrganisationId,
} from '@cloister/wire';
import { describe, expect, it } from 'vitest';
import type { Proving } from './ask-kms.ts';
import { codeFor, type Registration, register } from './join.ts';
import type { AskOperator } from './operator.ts';
import type { RealmSettings } from './settings.ts';

const now = 1_800_000_000_000;
const kmsHost = 'kms.acme.example' as KmsHost;
const organisationId = newId<OrganisationId>();
const settings: RealmSettings = { version: 1, kmsHost, organisationId, database: { kind: 'embedded' } };
const jwk = <Jwk>(key: KeyObject): Jwk => {
  const { kty, crv, x, y } = key.export({ format: 'jwk' });
  return (y === undefined ? { kty, crv, x } : { kty, crv, x, y }) as Jwk;
};
const feed = generateKeyPairSync('ed25519').privateKey;
const evil = generateKeyPairSync('ed25519').privateKey;
const code: JoiningCode = {
  identity: 'https://id.operator.example',
  feedKey: keyThumbprint(jwk(feed)),
  kmsHost,
  organisationId,
  secret: randomBytes(16).toString('base64url'),
};

/** The key server's program, with keys of the test's. */
const own = {
  link: generateKeyPairSync('ed25519').privateKey,
  receipt: generateKeyPairSync('ed25519').privateKey,
  tls: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
};
const keys = {
  linkKey: jwk<EdPublicJwk>(own.link),
  receiptKey: jwk<EdPublicJwk>(own.receipt),
  tlsKey: jwk<EcPublicJwk>(own.tls),
};
const thumbprints = {
  link: keyThumbprint(keys.linkKey),
  receipt: keyThumbprint(keys.receiptKey),
  tls: keyThumbprint(keys.tlsKey),
};
const kms: Registration['kms'] = {
  prove: async ({ act, aud, code: secretHash }: Proving) => ({
    ...keys,
    proofs: signRealmProofs(
      {
        act,
        aud,
        kmsHost,
        keys: thumbprints,
        ...(secretHash === undefined ? {} : { code: secretHash }),
        iat: now / 1000,
      },
      Object.values(own),
    ),
  }),
};

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
/** An operator that answers so, and remembers what it was sent. */
const operator = (change: object = {}, key = feed) => {
  const sent: { path: string; body: Record<string, unknown> }[] = [];
  const answer: AskOperator = async (path, body) => {
    sent.push({ path, body: body as Record<string, unknown> });
    const payload = {
      iss: 'https://id.operator.example/idbroker',
      aud: kmsHost,
      issuedAt: now / 1000,
      statusKey: jwk(key),
      core: 'wss://core.operator.example/realm/v1/connect',
      organisationIds: [organisationId],
      keys: thumbprints,
      ...change,
    };
    const signed = `${encode({ alg: 'EdDSA', typ: 'cloister-joined+jws' })}.${encode(payload)}`;
    return `${signed}.${sign(null, Buffer.from(signed), key).toString('base64url')}`;
  };
  return { sent, answer };
};
const join = (answer: AskOperator) =>
  register({ settings, code, identity: code.identity, kms, operator: answer, now: () => now });

describe('joining', () => {
  it('sends public keys with a proof of each, and keeps what the pinned key signed (R354)', async () => {
    const { sent, answer } = operator();
    expect(await join(answer)).toEqual({
      issuer: 'https://id.operator.example/idbroker',
      feedKey: jwk(feed),
      core: 'wss://core.operator.example/realm/v1/connect',
      joinedAt: new Date(now).toISOString(),
    });
    expect(sent.map(({ path }) => path)).toEqual(['/identity/api/v1/realms']);
    const body = sent[0]?.body ?? {};
    expect(Object.keys(body).toSorted()).toEqual(['kmsHost', 'linkKey', 'proofs', 'receiptKey', 'secret', 'tlsKey']);
    expect(JSON.stringify(body)).not.toMatch(/"d":/);
    const [proof = ''] = body.proofs as string[];
    const statement = JSON.parse(Buffer.from(proof.split('.')[1] ?? '', 'base64url').toString());
    expect(statement).toMatchObject({ act: 'join', aud: code.feedKey, kmsHost, keys: thumbprints });
    expect(statement.code).toBe(createHash('sha256').update(code.secret).digest('base64url'));
  });

  it.each([
    ['another feed key than the code pins', operator({}, evil)],
    ['the pinned key over another’s signature', operator({ statusKey: jwk(feed) }, evil)],
    ['another key server', operator({ aud: 'kms.evil.example' })],
    ['another organisation', operator({ organisationIds: [newId()] })],
    ['keys that were not sent', operator({ keys: { ...thumbprints, receipt: thumbprints.link } })],
    ['an answer of yesterday', operator({ issuedAt: now / 1000 - 86_400 })],
  ])('believes no hostile operator: %s', async (_, { answer }) => {
    await expect(join(answer)).rejects.toMatchObject({ code: 'verify/untrusted-statement' });
  });
});

it.each([
  'wss://10.0.0.7/realm/v1/connect',
  'wss://[::1]/realm/v1/connect',
  'wss://localhost:5432/',
  'wss://somebody:secret@core.operator.example/',
])('goes to no place inside the own network at the operator’s word: %s', async (core) => {
  await expect(join(operator({ core }).answer)).rejects.toThrow(/no name of the network/);
});

describe('a code', () => {
  const formatted = (change: Partial<JoiningCode> = {}) => formatJoiningCode({ ...code, ...change });

  it('is for this realm', () => {
    expect(codeFor(settings, `${formatted()}\n`)).toEqual(code);
  });

  it.each([
    ['another host', formatted({ kmsHost: 'kms.evil.example' as KmsHost })],
    ['another organisation', formatted({ organisationId: newId<OrganisationId>() })],
    ['nothing', 'hello'],
  ])('for %s is sent nowhere, and its secret is not repeated', (_, text) => {
    const refused = () => codeFor(settings, text);
    expect(refused).toThrow(expect.objectContaining({ name: 'SetUpError' }));
    expect(refused).not.toThrow(code.secret);
  });

  it('of an operator with another key is refused by a realm that has joined one', () => {
    const operator_ = {
      identity: code.identity,
      issuer: 'i',
      feedKey: jwk<EdPublicJwk>(evil),
      core: 'wss://c/',
      joinedAt: 'x',
    };
    expect(() => codeFor({ ...settings, operator: operator_ }, formatted())).toThrow(/another key/);
  });
});
