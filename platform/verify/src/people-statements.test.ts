import { generateKeyPairSync } from 'node:crypto';
import { issueServerCertificate, makeRoot } from '@cloister/certs';
import { type KmsHost, newId, type OrganisationId, type StatedPerson, type UserId } from '@cloister/wire';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PeopleStatements, type PeopleStatementsOptions } from './people-statements.ts';
import { ISSUER, TestIdentity } from './testing/test-identity.ts';

// Each run asks a server, so deep runs stop at a thousand; the time limit follows.
const numRuns = Math.min(Number(process.env.CLOISTER_RUNS ?? 100), 1000);
const longEnough = 60_000 + numRuns * 1000;
const unavailable = { code: 'verify/unavailable' };
const untrusted = { code: 'verify/untrusted-statement' };

let identity: TestIdentity;
let port: number;
let opened: PeopleStatements[];
beforeEach(async () => {
  identity = new TestIdentity();
  opened = [];
  port = await identity.listen();
});
afterEach(async () => {
  for (const each of opened) each.close();
  await identity.close();
});

const open = (change: Partial<PeopleStatementsOptions> = {}): PeopleStatements => {
  const people = new PeopleStatements({
    origin: `http://127.0.0.1:${port}`,
    issuer: ISSUER,
    statusKey: identity.statusKey,
    realm: { issuer: identity.kmsHost, key: identity.realmKeys.privateKey },
    now: () => identity.now * 1000,
    // A test that waits for nothing must not wait for a slow machine either.
    silenceMs: 60_000,
    ...change,
  });
  opened.push(people);
  return people;
};
/** Somebody whom identity knows. */
const person = (organisationId = newId<OrganisationId>()): UserId => {
  const id = newId<UserId>();
  identity.organisations.set(id, organisationId);
  return id;
};
const stated = (id: UserId): StatedPerson => ({
  id,
  organisationId: identity.organisations.get(id) as OrganisationId,
  active: true,
  entry: 1,
});
const asked = () => identity.questions.flat();

it('tells of people by identity’s word, and leaves out who is nobody', async () => {
  const [ada, bo] = [person(), person()];
  const people = open();
  expect(await people.about([ada, newId<UserId>(), bo, ada])).toEqual(
    new Map([
      [ada, stated(ada)],
      [bo, stated(bo)],
    ]),
  );
  expect(await people.about([])).toEqual(new Map());
  expect(identity.questions).toHaveLength(1);
  expect(identity.asked).toEqual(['/identity/status/v1/people']);
});

it('asks over TLS only where identity’s certificate is of the root', async () => {
  await identity.close();
  const now = new Date();
  const root = await makeRoot({ commonName: 'root', now });
  const other = await makeRoot({ commonName: 'other', now });
  const { certificatePem, privateKeyPem } = await issueServerCertificate({ root, dnsNames: ['id.localhost'], now });
  port = await identity.listen(0, { key: privateKeyPem, cert: certificatePem });
  const ada = person();
  const origin = `https://id.localhost:${port}`;
  const answered = await open({ origin, root: root.certificatePem }).about([ada]);
  expect(answered.get(ada)).toEqual(stated(ada));
  await expect(open({ origin, root: other.certificatePem }).about([ada])).rejects.toMatchObject(unavailable);
  expect(() => open({ origin: 'http://id.example' })).toThrow(expect.objectContaining({ code: 'config/invalid' }));
  const statusKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });
  expect(() => open({ statusKey })).toThrow(expect.objectContaining({ code: 'config/invalid' }));
});

describe('what was told', () => {
  it('is asked for anew each time, since it may be another by then', async () => {
    const [ada, nobody] = [person(), newId<UserId>()];
    const people = open();
    await people.about([ada, nobody]);
    const left = { entry: 7, by: { kind: 'person', id: person() } } as const;
    identity.changed.set(ada, { active: true, entry: 9, left });
    identity.organisations.set(nobody, newId<OrganisationId>());
    const { organisationId } = stated(ada);
    expect((await people.about([ada, nobody])).get(ada)).toEqual({
      id: ada,
      organisationId,
      active: true,
      entry: 9,
      left,
    });
    expect((await people.about([nobody])).get(nobody)).toEqual(stated(nobody));
    expect(asked()).toEqual([ada, nobody, ada, nobody, nobody]);
  });
});

describe('questions', () => {
  /** Keeps answers back until called. */
  const hold = () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const plain = identity.pause;
    identity.pause = () => promise;
    return () => {
      identity.pause = plain;
      resolve();
    };
  };
  const questions = (count: number) =>
    expect.poll(() => identity.questions.length, { interval: 5, timeout: 30_000 }).toBe(count);

  it('of one turn are one, and nobody is asked for twice at the same time', async () => {
    const [ada, bo, cy] = [person(), person(), person()];
    const people = open();
    const release = hold();
    const first = [people.about([ada, bo]), people.about([bo])];
    await questions(1);
    expect(identity.questions).toEqual([[ada, bo]]);
    // What is asked meanwhile is the next question, without those of the first.
    const later = [people.about([bo, cy]), people.about([cy, ada])];
    release();
    const answers = await Promise.all([...first, ...later]);
    expect(identity.questions).toEqual([[ada, bo], [cy]]);
    expect(answers.map((each) => [...each.keys()])).toEqual([[ada, bo], [bo], [bo, cy], [cy, ada]]);
  });

  it('hold a hundred people at most, and come one after the other', async () => {
    const ids = Array.from({ length: 250 }, () => person());
    const found = await open().about(ids);
    expect(identity.questions.map((each) => each.length)).toEqual([100, 100, 50]);
    expect([...found.values()]).toEqual(ids.map(stated));
    expect(identity.together).toBe(1);
  });

  it(
    'end with the whole truth however they fall together',
    async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.array(fc.nat({ max: 30 }), { maxLength: 20 }), { maxLength: 6 }),
          async (rounds) => {
            const everybody = Array.from({ length: 31 }, (_, n) => (n % 5 === 0 ? newId<UserId>() : person()));
            const people = open();
            const wanted = rounds.map((round) => round.map((n) => everybody[n] as UserId));
            const answers = await Promise.all(wanted.map((ids) => people.about(ids)));
            for (const [at, ids] of wanted.entries()) {
              const truth = ids.filter((id) => identity.organisations.has(id)).map((id) => [id, stated(id)] as const);
              expect(answers[at]).toEqual(new Map(truth));
            }
          },
        ),
        { numRuns },
      );
    },
    longEnough,
  );

  it('are refused beyond the bound of people waited for, and the others answered', async () => {
    const [ada, bo, cy] = [person(), person(), person()];
    const people = open({ mostWaiting: 2 });
    const release = hold();
    const waiting = people.about([ada, bo]);
    await expect(people.about([cy])).rejects.toMatchObject(unavailable);
    release();
    expect((await waiting).size).toBe(2);
    expect((await people.about([cy])).get(cy)).toEqual(stated(cy));
  });

  it('that identity does not answer end with an error, are not kept, and are asked anew', async () => {
    const ada = person();
    identity.forgePeople = () => null;
    await expect(open({ silenceMs: 50 }).about([ada])).rejects.toMatchObject(unavailable);
    const people = open();
    identity.refusing = true;
    await expect(people.about([ada])).rejects.toMatchObject(unavailable);
    identity.refusing = false;
    identity.forgePeople = null;
    expect((await people.about([ada])).get(ada)).toEqual(stated(ada));
    await identity.close();
    await expect(people.about([person()])).rejects.toMatchObject(unavailable);
    await identity.listen(port);
    const bo = person();
    expect((await people.about([bo])).get(bo)).toEqual(stated(bo));
  });

  it('end at once when it closes, and none begins after', async () => {
    const people = open();
    hold();
    const waiting = people.about([person()]);
    await questions(1);
    people.close();
    await expect(waiting).rejects.toMatchObject(unavailable);
    await expect(people.about([person()])).rejects.toMatchObject(unavailable);
    expect(identity.questions).toHaveLength(1);
  });
});

describe('an answer is not believed', () => {
  const sign = (statement: Record<string, unknown>, typ = 'cloister-people+jws') =>
    identity.sign(statement, identity.status.privateKey, typ);
  const other = newId<UserId>();
  const both = [newId<OrganisationId>(), newId<OrganisationId>()];
  type Stated = { people: StatedPerson[]; issuedAt: number };

  it.each<[string, (truth: Record<string, unknown> & Stated) => string]>([
    [
      'by another key',
      (truth) => identity.sign(truth, generateKeyPairSync('ed25519').privateKey, 'cloister-people+jws'),
    ],
    ['of another kind', (truth) => sign(truth, 'cloister-status+jws')],
    ['by another issuer', (truth) => sign({ ...truth, iss: 'https://other.example' })],
    ['for another realm', (truth) => sign({ ...truth, aud: 'kms.globex.example' as KmsHost })],
    ['of more than a minute ago', (truth) => sign({ ...truth, issuedAt: truth.issuedAt - 61 })],
    ['of a time to come', (truth) => sign({ ...truth, issuedAt: truth.issuedAt + 11 })],
    ['about somebody else', (truth) => sign({ ...truth, people: [{ ...truth.people[0], id: other }] })],
    [
      'about somebody else too',
      (truth) => sign({ ...truth, people: [...truth.people, { ...truth.people[0], id: other }] }),
    ],
    [
      'that gives a person two organisations',
      (truth) => sign({ ...truth, people: both.map((organisationId) => ({ ...truth.people[0], organisationId })) }),
    ],
    ['that says the same twice', (truth) => sign({ ...truth, people: [...truth.people, ...truth.people] })],
    [
      'with an id that is none',
      (truth) => sign({ ...truth, people: [{ ...truth.people[0], organisationId: 'acme' }] }),
    ],
    ['without a signature', (truth) => `${sign(truth).split('.').slice(0, 2).join('.')}.`],
    [
      'changed on the way',
      (truth) =>
        sign(truth).replace(
          /\.[^.]+\./,
          `.${Buffer.from(JSON.stringify({ ...truth, issuedAt: truth.issuedAt + 1 })).toString('base64url')}.`,
        ),
    ],
    ['that is none', () => '<html>'],
    ['that is empty', () => ''],
  ])('%s', async (_, forge) => {
    const ada = person();
    const people = open();
    identity.forgePeople = (statement) => forge(statement as Record<string, unknown> & Stated);
    await expect(people.about([ada])).rejects.toMatchObject(untrusted);
    // Nothing of it was kept: neither of her nor of the other one.
    identity.forgePeople = null;
    expect((await people.about([ada, other])).get(ada)).toEqual(stated(ada));
    expect(identity.questions).toEqual([[ada], [ada, other]]);
  });

  it('is believed at the edges of its time', async () => {
    const people = open();
    for (const shift of [-60, 10]) {
      const ada = person();
      identity.forgePeople = (truth) => sign({ ...truth, issuedAt: identity.now + shift });
      expect((await people.about([ada])).get(ada)).toEqual(stated(ada));
    }
  });

  it('of another question, sent again', async () => {
    const [ada, bo] = [person(), person()];
    const kept: string[] = [];
    identity.forgePeople = (truth) => {
      kept.push(sign(truth));
      return kept[0] as string;
    };
    const people = open();
    await people.about([ada]);
    await expect(people.about([bo])).rejects.toMatchObject(untrusted);
  });

  it('in one question leaves the others', async () => {
    const ids = Array.from({ length: 101 }, () => person());
    const people = open();
    identity.forgePeople = (truth) => sign({ ...truth, aud: identity.questions.length === 1 ? 'core' : truth.aud });
    const [many, one] = await Promise.allSettled([people.about(ids.slice(0, 100)), people.about(ids.slice(100))]);
    expect(many).toMatchObject({ status: 'rejected', reason: untrusted });
    expect(one).toMatchObject({ status: 'fulfilled' });
  });
});
