import { generateKeyPairSync, sign } from 'node:crypto';
import { keyThumbprint } from '@cloister/verify';
import type { EcPublicJwk, EdPublicJwk, KmsHost, OrganisationId } from '@cloister/wire';
import { newId } from '@cloister/wire';
import { expect, it } from 'vitest';
import type { AskKms } from './ask-kms.ts';
import { type RenewalParts, renew } from './rotate.ts';

const now = 1_800_000_000_000;
const kmsHost = 'kms.acme.example' as KmsHost;
const organisationId = newId<OrganisationId>();
const feed = generateKeyPairSync('ed25519');
const ed = () => generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }) as EdPublicJwk;
const tlsKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' }) as EcPublicJwk;
const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Key server and identity as their own tests prove them to be: successor, told, exchange; the same again is the same. */
const world = () => {
  const present = { link: ed(), receipt: ed() };
  const next: Partial<typeof present> = {};
  const known = { ...present };
  const kms: AskKms = {
    provision: async () => undefined,
    requests: async () => ({ static: '', tls: '' }),
    renew: async (name) => {
      if (name === 'link' || name === 'receipt') next[name] ??= ed();
    },
    finish: async (name) => {
      if (name !== 'link' && name !== 'receipt') return;
      Object.assign(present, next);
      delete next[name];
    },
    prove: async ({ next: names }) => {
      const wanted = { ...present };
      for (const name of ['link', 'receipt'] as const)
        if (names.includes(name)) wanted[name] = next[name] ?? wanted[name];
      return { linkKey: wanted.link, receiptKey: wanted.receipt, tlsKey, proofs: ['a.b.c'] };
    },
  };
  const operator: RenewalParts['operator'] = async (path, body) => {
    expect(path).toBe(`/identity/api/v1/realms/${kmsHost}/keys`);
    const { linkKey, receiptKey } = body as { linkKey: EdPublicJwk; receiptKey: EdPublicJwk };
    Object.assign(known, { link: linkKey, receipt: receiptKey });
    const payload = {
      iss: 'i',
      aud: kmsHost,
      issuedAt: now / 1000,
      statusKey: feed.publicKey.export({ format: 'jwk' }),
      core: 'wss://core.example/',
      organisationIds: [organisationId],
      keys: { link: keyThumbprint(linkKey), receipt: keyThumbprint(receiptKey), tls: keyThumbprint(tlsKey) },
    };
    const signed = `${encode({ alg: 'EdDSA', typ: 'cloister-joined+jws' })}.${encode(payload)}`;
    return `${signed}.${sign(null, Buffer.from(signed), feed.privateKey).toString('base64url')}`;
  };
  const settings: RenewalParts['settings'] = {
    version: 1,
    kmsHost,
    organisationId,
    database: { kind: 'embedded' },
    operator: {
      identity: 'https://id.example',
      issuer: 'i',
      feedKey: feed.publicKey.export({ format: 'jwk' }) as EdPublicJwk,
      core: 'wss://core.example/',
      joinedAt: 'x',
    },
  };
  return { present, next, known, parts: { settings, kms, operator, now: () => now } };
};

/** The n-th step fails before or after it did its work. */
const breakingAt = (parts: RenewalParts, at: number, when: 'before' | 'after'): RenewalParts => {
  let step = 0;
  const around =
    <Args extends unknown[], Result>(work: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      const isHere = step++ === at;
      if (isHere && when === 'before') throw new TypeError('broken off');
      const result = await work(...args);
      if (isHere) throw new TypeError('broken off');
      return result;
    };
  const { kms, operator } = parts;
  return {
    ...parts,
    operator: around(operator),
    kms: { ...kms, renew: around(kms.renew), prove: around(kms.prove), finish: around(kms.finish) },
  };
};

const cases = (['link', 'receipt'] as const).flatMap((name) =>
  [0, 1, 2, 3].flatMap((at) => (['before', 'after'] as const).map((when) => ({ name, at, when }))),
);

it.each(cases)(
  'a renewal of the $name key that breaks off $when step $at is finished by running it again',
  async ({ name, at, when }) => {
    const { present, next, known, parts } = world();
    const before = { ...present };
    await expect(renew(breakingAt(parts, at, when), name)).rejects.toThrow('broken off');
    await renew(parts, name);
    expect(next).toEqual({});
    expect(known).toEqual(present);
    expect(present[name]).not.toEqual(before[name]);
  },
);

it('goes no further when the operator’s answer is not to be believed', async () => {
  const { present, next, parts } = world();
  const before = { ...present };
  const other = { ...parts, settings: { ...parts.settings, kmsHost: 'kms.other.example' as KmsHost } };
  const operator = () => parts.operator(`/identity/api/v1/realms/${kmsHost}/keys`, { linkKey: ed(), receiptKey: ed() });
  await expect(renew({ ...other, operator }, 'link')).rejects.toMatchObject({ code: 'verify/untrusted-statement' });
  expect(present).toEqual(before);
  expect(Object.keys(next)).toEqual(['link']);
});
