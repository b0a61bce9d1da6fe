import { generateKeyPairSync } from 'node:crypto';
import { issueServerCertificate, makeRoot } from '@cloister/certs';
import { type KmsHost, newId, type OrganisationId, type UserId } from '@cloister/wire';
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
const organisationOf = (id: UserId) => identity.organisations.get(id);
const asked = () => identity.questions.flat();

it('tells organisations by identity’s word, and leaves out who is nobody', async () => {
  const [ada, bo] = [person(), person()];
  const people = open();
  expect(await people.organisationsOf([ada, newId<UserId>(), bo, ada])).toEqual(
    new Map([
      [ada, organisationOf(ada)],
      [bo, organisationOf(bo)],
    ]),
  );
  expect(await people.organisationsOf([])).toEqual(new Map());
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
  const answered = await open({ origin, root: root.certificatePem }).organisationsOf([ada]);
  expect(answered.get(ada)).toBe(organisationOf(ada));
  await expect(open({ origin, root: other.certificatePem }).organisationsOf([ada])).rejects.toMatchObject(unavailable);
  expect(() => open({ origin: 'http://id.example' })).toThrow(expect.objectContaining({ code: 'config/invalid' }));
  const statusKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });
  expect(() => open({ statusKey })).toThrow(expect.objectContaining({ code: 'config/invalid' }));
});

describe('what was told', () => {
  it('is asked for once, for good', async () => {
    const ada = person();
    const people = open();
    const first = await people.organisationsOf([ada]);
    identity.now += 365 * 24 * 3600;
    await identity.close();
    expect(await people.organisationsOf([ada])).toEqual(first);
    expect(asked()).toEqual([ada]);
  });

  it('is forgotten beyond the bound, who was asked for longest ago first', async () => {
    const [ada, bo, cy] = [person(), person(), person()];
    const people = open({ mostKnown: 2 });
    for (const id of [ada, bo, ada, cy]) await people.organisationsOf([id]);
    expect(asked()).toEqual([ada, bo, cy]);
    await people.organisationsOf([ada, cy]);
    expect(asked()).toEqual([ada, bo, cy]);
    await people.organisationsOf([bo]);
    expect(asked()).toEqual([ada, bo, cy, bo]);
  });

  it('is answered also where more are asked for at once than are remembered', async () => {
    const ids = Array.from({ length: 7 }, () => person());
    const found = await open({ mostKnown: 2 }).organisationsOf(ids);
    expect(ids.map((id) => found.get(id))).toEqual(ids.map(organisationOf));
  });

  it('that somebody is nobody holds for that question alone', async () => {
    const ada = newId<UserId>();
    const people = open();
    expect(await people.organisationsOf([ada])).toEqual(new Map());
    identity.organisations.set(ada, newId<OrganisationId>());
    expect((await people.organisationsOf([ada])).get(ada)).toBe(organisationOf(ada));
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
    const first = [people.organisationsOf([ada, bo]), people.organisationsOf([bo])];
    await questions(1);
    expect(identity.questions).toEqual([[ada, bo]]);
    // What is asked meanwhile is the next question, without those of the first.
    const later = [people.organisationsOf([bo, cy]), people.organisationsOf([cy, ada])];
    release();
    const answers = await Promise.all([...first, ...later]);
    expect(identity.questions).toEqual([[ada, bo], [cy]]);
    expect(answers.map((each) => [...each.keys()])).toEqual([[ada, bo], [bo], [bo, cy], [cy, ada]]);
  });

  it('hold a hundred people at most, and come one after the other', async () => {
    const ids = Array.from({ length: 250 }, () => person());
    const found = await open().organisationsOf(ids);
    expect(identity.questions.map((each) => each.length)).toEqual([100, 100, 50]);
    expect(ids.every((id) => found.get(id) === organisationOf(id))).toBe(true);
    expect(identity.together).toBe(1);
  });

  it(
    'end with the whole truth however they fall together',
    async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.array(fc.nat({ max: 30 }), { maxLength: 20 }), { maxLength: 6 }),
          fc.integer({ min: 1, max: 40 }),
          async (rounds, mostKnown) => {
            const everybody = Array.from({ length: 31 }, (_, n) => (n % 5 === 0 ? newId<UserId>() : person()));
            const people = open({ mostKnown });
            const wanted = rounds.map((round) => round.map((n) => everybody[n] as UserId));
            const answers = await Promise.all(wanted.map((ids) => people.organisationsOf(ids)));
            for (const [at, ids] of wanted.entries()) {
              const truth = ids.flatMap((id) => (organisationOf(id) === undefined ? [] : [[id, organisationOf(id)]]));
              expect(answers[at]).toEqual(new Map(truth as [UserId, OrganisationId][]));
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
    const waiting = people.organisationsOf([ada, bo]);
    await expect(people.organisationsOf([cy])).rejects.toMatchObject(unavailable);
    release();
    expect((await waiting).size).toBe(2);
    expect((await people.organisationsOf([cy])).get(cy)).toBe(organisationOf(cy));
  });

  it('that identity does not answer end with an error, are not kept, and are asked anew', async () => {
    const ada = person();
    identity.forgePeople = () => null;
    await expect(open({ silenceMs: 50 }).organisationsOf([ada])).rejects.toMatchObject(unavailable);
    const people = open();
    identity.refusing = true;
    await expect(people.organisationsOf([ada])).rejects.toMatchObject(unavailable);
    identity.refusing = false;
    identity.forgePeople = null;
    expect((await people.organisationsOf([ada])).get(ada)).toBe(organisationOf(ada));
    await identity.close();
    await expect(people.organisationsOf([person()])).rejects.toMatchObject(unavailable);
    await identity.listen(port);
    const bo = person();
    expect((await people.organisationsOf([bo])).get(bo)).toBe(organisationOf(bo));
  });

  it('end at once when it closes, and none begins after', async () => {
    const people = open();
    hold();
    const waiting = people.organisationsOf([person()]);
    await questions(1);
    people.close();
    await expect(waiting).rejects.toMatchObject(unavailable);
    await expect(people.organisationsOf([person()])).rejects.toMatchObject(unavailable);
    expect(identity.questions).toHaveLength(1);
  });
});

describe('an answer is not believed', () => {
  const sign = (statement: Record<string, unknown>, typ = 'cloister-people+jws') =>
    identity.sign(statement, identity.status.privateKey, typ);
  const other = newId<UserId>();
  const both = [newId<OrganisationId>(), newId<OrganisationId>()];
  type Stated = { people: { id: UserId; organisationId: OrganisationId }[]; issuedAt: number };

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
    ['about somebody else', (truth) => sign({ ...truth, people: [{ id: other, organisationId: both[0] }] })],
    [
      'about somebody else too',
      (truth) => sign({ ...truth, people: [...truth.people, { id: other, organisationId: both[0] }] }),
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
    await expect(people.organisationsOf([ada])).rejects.toMatchObject(untrusted);
    // Nothing of it was kept: neither of her nor of the other one.
    identity.forgePeople = null;
    expect((await people.organisationsOf([ada, other])).get(ada)).toBe(organisationOf(ada));
    expect(identity.questions).toEqual([[ada], [ada, other]]);
  });

  it('is believed at the edges of its time', async () => {
    const people = open();
    for (const shift of [-60, 10]) {
      const ada = person();
      identity.forgePeople = (truth) => sign({ ...truth, issuedAt: identity.now + shift });
      expect((await people.organisationsOf([ada])).get(ada)).toBe(organisationOf(ada));
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
    await people.organisationsOf([ada]);
    await expect(people.organisationsOf([bo])).rejects.toMatchObject(untrusted);
  });

  it('in one question leaves the others', async () => {
    const ids = Array.from({ length: 101 }, () => person());
    const people = open();
    identity.forgePeople = (truth) => sign({ ...truth, aud: identity.questions.length === 1 ? 'core' : truth.aud });
    const [many, one] = await Promise.allSettled([
      people.organisationsOf(ids.slice(0, 100)),
      people.organisationsOf(ids.slice(100)),
    ]);
    expect(many).toMatchObject({ status: 'rejected', reason: untrusted });
    expect(one).toMatchObject({ status: 'fulfilled' });
  });
});
