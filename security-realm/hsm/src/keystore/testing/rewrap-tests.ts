import { createSecretKey, randomBytes, randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { kekCommitment } from '../../protocol/kek-commitment.ts';
import { type KekPlace, kekAad } from '../../protocol/kek-place.ts';
import type { KeyName } from '../../protocol/main-key.ts';
import type { StoredKek } from '../../protocol/rewrapping.ts';
import type { Keystore } from '../keystore.ts';

const runs = Number(process.env.CLOISTER_RUNS ?? 100);
const acme = '11111111-1111-4111-8111-111111111111';
const globex = '22222222-2222-4222-8222-222222222222';

export const newPlace = (organisationId = acme): KekPlace => ({
  organisationId,
  kekId: randomUUID(),
  version: 1,
  level: 'content',
  label: '7',
});

/** A KEK as it stands in the database. */
export const stored = async (keystore: Keystore, key: KeyName, place: KekPlace, kek: Buffer): Promise<StoredKek> => {
  const aad = kekAad(key.keyId, place);
  const wrapped = await keystore.wrap(key, kek, aad);
  return { place, wrapped, commitment: kekCommitment(createSecretKey(kek), aad) };
};

/** What a rotation asks of every keystore. */
export const describeRewrapping = (all: { readonly keystore: Keystore }): void => {
  const keyOf = async (organisationId: string, label: string) => ({
    keyId: (await all.keystore.ensureKey(organisationId, 'main', label)).keyId,
    organisationId,
  });
  const keys = async () => ({ from: await keyOf(acme, 'old'), to: await keyOf(acme, 'new') });

  it('puts KEKs from one key under another, each in its place and with its commitment', async () => {
    const { from, to } = await keys();
    const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((kek) => Buffer.from(kek));
    await fc.assert(
      fc.asyncProperty(fc.array(bytes, { maxLength: 5 }), async (keks) => {
        const before = await Promise.all(keks.map((kek) => stored(all.keystore, from, newPlace(), kek)));
        const after = await all.keystore.rewrap(from, to, before);
        expect(after.length).toBe(keks.length);
        for (const [at, kek] of keks.entries()) {
          const { wrapped = Buffer.alloc(0), commitment } = after[at] ?? {};
          const aad = kekAad(to.keyId, before[at]?.place ?? newPlace());
          expect(await all.keystore.unwrap(to, wrapped, aad)).toEqual(kek);
          expect(commitment).toEqual(kekCommitment(createSecretKey(kek), aad));
        }
      }),
      { numRuns: runs },
    );
  });

  it('refuses a KEK that is not what it is said to be, alone, wherever it stands among others (threats row 7)', async () => {
    const { from, to } = await keys();
    const { keystore } = all;
    const [kek, other] = [randomBytes(32), randomBytes(32)];
    const good = await stored(keystore, from, newPlace(), kek);
    const { place, wrapped, commitment } = good;
    const changed = Buffer.from(wrapped);
    changed.writeUInt8(changed.readUInt8(20) ^ 1, 20);
    const bad: Record<string, StoredKek> = {
      'in another place': { ...good, place: { ...place, kekId: randomUUID() } },
      'of another version': { ...good, place: { ...place, version: 2 } },
      'of another organisation': { ...good, place: { ...place, organisationId: globex } },
      'with a bit changed': { ...good, wrapped: changed },
      'cut off': { ...good, wrapped: wrapped.subarray(0, 40) },
      'with nothing': { ...good, wrapped: Buffer.alloc(0) },
      'with the commitment of another': {
        ...good,
        commitment: (await stored(keystore, from, place, other)).commitment,
      },
      'with a commitment of a bit less': { ...good, commitment: Buffer.from(commitment).fill(0, 31) },
      'with that of another place': { ...good, commitment: (await stored(keystore, from, newPlace(), kek)).commitment },
      'under another key': await stored(keystore, to, place, kek),
    };
    const names = Object.keys(bad);
    const before = [good, ...Object.values(bad).flatMap((each) => [each, good])];
    const after = await keystore.rewrap(from, to, before);
    const refused = after.map((each, at) => (each === null ? names[(at - 1) / 2] : null));
    expect(refused).toEqual([null, ...names.flatMap((name) => [name, null])]);
    const aad = kekAad(to.keyId, place);
    for (const each of after) if (each !== null) expect(await keystore.unwrap(to, each.wrapped, aad)).toEqual(kek);
  });

  it('does nothing with a key that is not there, was destroyed, or is another organisation’s', async () => {
    const { from, to } = await keys();
    const { keystore } = all;
    const destroyed = {
      keyId: (await keystore.ensureKey(acme, 'channel', 'gone')).keyId,
      organisationId: acme,
    };
    const kek = await stored(keystore, destroyed, newPlace(), randomBytes(32));
    await keystore.destroy(destroyed);
    for (const key of [destroyed, { ...from, keyId: randomUUID() }, { ...from, organisationId: globex }]) {
      await expect(keystore.rewrap(key, to, [kek])).rejects.toMatchObject({ code: 'hsm/not-found' });
      await expect(keystore.rewrap(from, key, [kek])).rejects.toMatchObject({ code: 'hsm/not-found' });
    }
  });
};
