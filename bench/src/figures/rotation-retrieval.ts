import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { openDatabase, sql } from '@cloister/database';
import { HsmClient } from '@cloister/hsm';
import type { Constellation } from '@cloister/testkit';
import { newId } from '@cloister/wire';
import type { Figure } from '../figure.ts';
import { openAsker, openKey } from '../load/asker.ts';
import { until } from '../load/drive.ts';
import { mainKeyAdministrator } from '../load/main-key.ts';
import { superuser } from '../load/superuser.ts';
import { percentile } from '../measure/percentile.ts';
import { insertKek, wrapKek } from '../testing/kms-internals.ts';

const keks = 20_000;
const atOnce = 16;
const idleSamples = 500;
/** Retrievals between two looks at how far the rotation is; those while it did not move count for nothing. */
const slice = 10;

/** `rotation-retrieval`: the median time of a key retrieval while many KEKs are rewrapped, against the idle server's. */
export async function rotationRetrievalFigures(all: Constellation): Promise<Record<string, Figure>> {
  const [alice, ben] = [await openAsker(all, 'alice'), await openAsker(all, 'ben')];
  const administrator = mainKeyAdministrator(alice);
  const { retrieve } = await openKey(ben);
  const { fill, left, close } = openKeks(all, alice.organisationId);
  const timed = async () => {
    const started = performance.now();
    if ((await retrieve()).status !== 200) throw new Error('the key cannot be read');
    return performance.now() - started;
  };
  await fill();
  const idle = await times(idleSamples, timed);
  await administrator.upload();
  const during: number[] = [];
  for (let before = await left(); before > 0; ) {
    const samples = await times(slice, timed);
    const now = await left();
    if (now < before) during.push(...samples);
    before = now;
  }
  await until(async () => (await administrator.overview()).defaultRole === 'idle');
  await administrator.become('default', 'ACTIVE');
  await until(async () => (await administrator.overview()).keys.every(({ state }) => state !== 'rotation'));
  for (const each of [alice, ben]) each.close();
  await close();
  const [value, bare] = [during, idle].map((samples) => Number(percentile(samples, 0.5).toPrecision(4))) as [
    number,
    number,
  ];
  const ratio = Number((bare / value).toPrecision(4));
  return { 'rotation-retrieval': { value, unit: 'ms, median', bare, ratio, goal: 0.77 } };
}

/** KEKs under the default main key, in the running key server's own tables and its own hsm. */
function openKeks(all: Constellation, organisationId: string) {
  const { layout } = all.deployment;
  const { host, user } = superuser(all);
  const credentialFile = `${layout.server('postgres')}/password`;
  const database = openDatabase({ host, user, credentialFile, database: 'acme_kms', max: atOnce });
  const secret = readFileSync(`${layout.server('acme-hsm')}/shared`);
  const hsm = new HsmClient({ socket: layout.socket('acme-hsm'), secret });
  const defaultKey = async () => ({ ...(await hsm.ensureKey(organisationId, 'main', 'default')), organisationId });
  return {
    fill: async () => {
      const key = await defaultKey();
      let count = keks;
      const work = async () => {
        for (let version = count--; version > 0; version = count--) {
          const place = { kekId: newId(), version, organisationId, level: 'content' as const, label: 'bench' };
          await insertKek(database, await wrapKek(hsm, key, place, randomBytes(32)), new Date());
        }
      };
      await Promise.all(Array.from({ length: atOnce }, work));
    },
    left: async () => {
      const { keyId } = await defaultKey();
      const { count } = await database.one(sql<{ count: number }>`
        select count(*)::integer as count from kek where level = 'content' and hsm_key_id = ${keyId}`);
      return count;
    },
    close: async () => {
      hsm.close();
      await database.close();
    },
  };
}

async function times(count: number, work: () => Promise<number>): Promise<number[]> {
  const samples: number[] = [];
  for (let done = 0; done < count; done += 1) samples.push(await work());
  return samples;
}
