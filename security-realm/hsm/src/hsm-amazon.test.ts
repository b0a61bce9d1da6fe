import { createSecretKey, randomBytes, randomUUID } from 'node:crypto';
import { awsShell, hasAwsCli } from '@cloister/aws-kms';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HsmClient } from './client/hsm-client.ts';
import { kekCommitment } from './protocol/kek-commitment.ts';
import { type KekPlace, kekAad } from './protocol/kek-place.ts';
import type { AmazonKey, MainKey } from './protocol/main-key.ts';
import type { RewrappedKek, StoredKek } from './protocol/rewrapping.ts';
import { type Amazon, DOCUMENTED_OPERATIONS, keyOf, openAmazon, placeOf } from './testing/amazon.ts';
import { HsmProcess } from './testing/hsm-process.ts';

describe('the hsm process with keys at Amazon', { timeout: 300_000 }, () => {
  let amazon: Amazon;
  let client: HsmClient;
  let output = '';
  const hsm = new HsmProcess();
  let key: AmazonKey;
  const kek = randomBytes(32);
  const storedUnder = async (main: MainKey, place: KekPlace, plaintext: Buffer): Promise<StoredKek> => {
    const wrapped = await client.wrap(main, place, plaintext);
    return { place, wrapped, commitment: kekCommitment(createSecretKey(plaintext), kekAad(main.keyId, place)) };
  };
  const byAwsCli = (command: string) => awsShell(amazon.kms, amazon.customer, command);

  beforeAll(async () => {
    amazon = await openAmazon();
    hsm.configure({ aws: amazon.config });
    const child = await hsm.start();
    child.stdout?.on('data', (chunk) => {
      output += chunk;
    });
    client = hsm.client();
    key = keyOf(amazon.acme, amazon.makeKey());
  });
  afterAll(async () => {
    await hsm.close();
    await amazon.stop();
  });

  it('shows each organisation its own principal, and says what a key without a grant lacks (R068, R069, R079)', async () => {
    expect(await client.principal(amazon.acme.organisationId)).toBe(amazon.acme.user.arn);
    expect(await client.principal(amazon.globex.organisationId)).toBe(amazon.globex.user.arn);
    await expect(client.probe(key)).rejects.toMatchObject({ code: 'hsm/key-denied', detail: 'denied' });
    expect(await client.diagnose(key)).toMatchObject({
      arn: key.arn,
      missing: DOCUMENTED_OPERATIONS,
      reason: 'denied',
    });
    expect(await client.describe(key)).toMatchObject({ keystore: 'aws-kms', protection: 'aws-kms' });
  });

  it.skipIf(!hasAwsCli)(
    "uses the key from the documents' command on, until the customer takes the grant back or the key away (R061, R067)",
    async () => {
      const place = placeOf(amazon.acme);
      const [, id] = key.arn.split('/');
      const arn = amazon.acme.user.arn;
      const createGrant = `aws kms create-grant \\
              --name Cisco-KMS-acme-encrypt-decrypt \\
              --key-id ${id} \\
              --operations Encrypt Decrypt DescribeKey \\
              --grantee-principal ${arn} \\
              --retiring-principal ${arn}`;
      const { GrantId } = JSON.parse(await byAwsCli(createGrant));
      await client.probe(key);
      const wrapped = await client.wrap(key, place, kek);
      expect(await client.unwrap(key, place, wrapped)).toEqual(kek);

      await byAwsCli(`aws kms revoke-grant --key-id ${id} --grant-id ${GrantId}`);
      await expect(client.unwrap(key, place, wrapped)).rejects.toMatchObject({
        code: 'hsm/key-denied',
        detail: 'denied',
      });
      await byAwsCli(createGrant);
      expect(await client.unwrap(key, place, wrapped)).toEqual(kek);

      await byAwsCli(`aws kms disable-key --key-id ${id}`);
      const disabled = { code: 'hsm/key-denied', detail: 'disabled' };
      await expect(client.unwrap(key, place, wrapped)).rejects.toMatchObject(disabled);
      await expect(client.probe(key, { light: true })).rejects.toMatchObject(disabled);
      await byAwsCli(`aws kms enable-key --key-id ${id}`);
      expect(await client.unwrap(key, place, wrapped)).toEqual(kek);

      const ours = amazon.kms.log.filter(({ principal }) => principal === arn);
      expect(new Set(ours.map(({ eventName }) => eventName))).toEqual(new Set(DOCUMENTED_OPERATIONS));
    },
  );

  it('destroys nothing at Amazon, and keeps its own keys beside (R064)', async () => {
    const local = await client.ensureKey(amazon.acme.organisationId, 'main', 'default');
    const ours = { keyId: local.keyId, organisationId: amazon.acme.organisationId };
    const place = placeOf(amazon.acme);
    expect(await client.unwrap(ours, place, await client.wrap(ours, place, kek))).toEqual(kek);
    const before = amazon.kms.log.length;
    await expect(client.destroy(key)).rejects.toMatchObject({ code: 'hsm/not-found' });
    expect(amazon.kms.log.slice(before)).toEqual([]);
  });

  it('moves KEKs from the local key store to Amazon, to another key there, and back; a bad one alone is not moved', async () => {
    const { organisationId } = amazon.acme;
    const arn = amazon.makeKey();
    amazon.grant(arn, amazon.acme);
    const theirs = keyOf(amazon.acme, arn);
    const others = keyOf(amazon.acme, arn);
    const local = { keyId: (await client.ensureKey(organisationId, 'main', 'default')).keyId, organisationId };
    const plain = Array.from({ length: 10 }, () => randomBytes(32));
    const places = plain.map(() => placeOf(amazon.acme));
    let keks = await Promise.all(plain.map((each, at) => storedUnder(local, places[at] ?? placeOf(amazon.acme), each)));
    let from: MainKey = local;
    for (const to of [theirs, others, local]) {
      const [first, second, third] = keks as [StoredKek, StoredKek, StoredKek];
      // Of another organisation's KEK: what is bound to Acme's key is Acme's.
      const foreign = placeOf(amazon.globex);
      const bad = [
        { ...first, place: second.place },
        { ...second, commitment: third.commitment },
        { ...third, wrapped: Buffer.alloc(60) },
        { ...third, place: foreign },
        await storedUnder(local, foreign, kek),
      ];
      const moved = await client.rewrap(from, to, [...bad.slice(0, 3), ...keks, ...bad.slice(3)]);
      // The realm's default main key serves other organisations too, but nothing of theirs goes to Amazon.
      expect(moved.flatMap((each, at) => (each === null ? [at] : []))).toEqual([0, 1, 2, 13, 14]);
      keks = moved.slice(3, 13).map((each, at) => ({ ...(keks[at] as StoredKek), ...(each as RewrappedKek & object) }));
      from = to;
    }
    for (const [at, { place, wrapped }] of keks.entries()) {
      expect(await client.unwrap(local, place, wrapped)).toEqual(plain[at]);
    }
  });

  it('moves none when Amazon denies a key, and says so', async () => {
    const { organisationId } = amazon.acme;
    const local = { keyId: (await client.ensureKey(organisationId, 'main', 'default')).keyId, organisationId };
    const denied = keyOf(amazon.acme, amazon.makeKey());
    const keks = [await storedUnder(local, placeOf(amazon.acme), kek)];
    const code = { code: 'hsm/key-denied', detail: 'denied' };
    await expect(client.rewrap(local, denied, keks)).rejects.toMatchObject(code);
    await expect(client.rewrap(denied, local, keks)).rejects.toMatchObject(code);
    const gone = { ...local, keyId: randomUUID() };
    const arn = amazon.makeKey();
    amazon.grant(arn, amazon.acme);
    const theirs = keyOf(amazon.acme, arn);
    // A local key that is not there is no fault of the KEKs.
    await expect(client.rewrap(gone, theirs, keks)).rejects.toMatchObject({ code: 'hsm/not-found' });
    await expect(client.rewrap(theirs, gone, keks)).rejects.toMatchObject({ code: 'hsm/not-found' });
  });

  it('logs neither a KEK nor a credential', () => {
    for (const secret of [kek.toString('base64'), amazon.acme.user.secretAccessKey, amazon.acme.user.accessKeyId])
      expect(output).not.toContain(secret);
    expect(output).toContain('hsm/key-denied');
  });
});

it('says that it has no way to Amazon when none is configured', async () => {
  const hsm = new HsmProcess();
  const key = { keyId: crypto.randomUUID(), organisationId: crypto.randomUUID() };
  const arn = 'arn:aws:kms:us-east-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
  try {
    await hsm.start();
    const client = hsm.client();
    expect(await client.principal(key.organisationId)).toBeNull();
    await expect(client.probe({ ...key, arn })).rejects.toMatchObject({ code: 'hsm/no-aws' });
  } finally {
    await hsm.close();
  }
});
