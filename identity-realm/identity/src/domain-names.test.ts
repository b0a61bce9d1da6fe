import type { DomainView } from '@cloister/wire';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readFeed } from './testing/feed.ts';
import type { Ask } from './testing/http-client.ts';
import { type IdentityUnderTest, identityUnderTest, password } from './testing/identity-under-test.ts';
import { longEnough, numRuns } from './testing/runs.ts';
import { reduced, signIn } from './testing/sign-in.ts';

const base = '/identity/api/v1/organisation/domains';

let identity: IdentityUnderTest;
let acme: string;
let globex: string;
let member: string;
let head: number;
beforeAll(async () => {
  identity = await identityUnderTest();
  await identity.makeAdministrator('gina@globex.example');
  const tokenOf = async (email: string) => (await signIn(identity.client(), email, password)).access_token;
  [acme, globex, member] = await Promise.all(
    ['alice@acme.example', 'gina@globex.example', 'bob@acme.example'].map(tokenOf) as [
      Promise<string>,
      Promise<string>,
      Promise<string>,
    ],
  );
});
afterAll(() => identity.close());
beforeEach(async () => {
  head = (await readFeed(identity)).head;
});
afterEach(async () => {
  identity.dns.forget();
  // A minute later nobody's attempts count any more.
  identity.clock.ms += 60_000;
  for (const [token, own] of [
    [acme, 'acme.example'],
    [globex, 'globex.example'],
  ] as const) {
    for (const { domain } of await list(token))
      if (domain !== own) expect((await remove(domain, token)).status).toBe(204);
  }
});

const ask = (path: string, token: string, more: Ask = {}) =>
  identity.client().ask(`${base}${path}`, { ...more, headers: { authorization: `Bearer ${token}` } });
const list = async (token: string): Promise<readonly DomainView[]> => (await ask('', token)).json().items;
const claim = (domain: unknown, token = acme) => ask('', token, { json: { domain } });
const verify = (domain: string, token = acme) => ask(`/${domain}/verification`, token, { method: 'POST' });
const remove = (domain: string, token = acme) => ask(`/${domain}`, token, { method: 'DELETE' });
const codeOf = ({ status, text }: { status: number; text: string }) => [status, JSON.parse(text).code];
/** A claim and the record that proves it. */
const claimed = async (domain: string, token = acme) =>
  (await claim(domain, token)).json().record as { name: string; value: string };
const stateOf = async (domain: string, token = acme) =>
  (await list(token)).find((each) => each.domain === domain)?.state;

const notProven = [409, 'identity/domain-not-proven'];
const taken = [409, 'identity/domain-taken'];
const notFound = [404, 'identity/not-found'];

describe('a domain', () => {
  it('is claimed, proven by a DNS record and then the organisation’s own', async () => {
    const claimedAt = new Date(identity.clock.ms).toISOString();
    const answer = await claim('acme.test');
    expect(answer.status).toBe(201);
    const pending = answer.json();
    expect(pending).toEqual({
      domain: 'acme.test',
      state: 'pending',
      claimedAt,
      record: {
        name: '_cloister-challenge.acme.test',
        value: expect.stringMatching(/^cloister-domain-verification=[A-Za-z0-9_-]{43}$/),
      },
    });
    expect(await list(acme)).toContainEqual(pending);
    expect(codeOf(await verify('acme.test'))).toEqual(notProven);

    identity.dns.publish(pending.record);
    identity.clock.ms += 5000;
    const proven = await verify('acme.test');
    const verified = { domain: 'acme.test', state: 'verified', claimedAt, by: 'dns' };
    expect(proven.status).toBe(200);
    expect(proven.json()).toEqual({ ...verified, verifiedAt: new Date(identity.clock.ms).toISOString() });
    expect(await list(acme)).toContainEqual(proven.json());

    // Proven is proven: nobody is asked again, and the claim is no other one.
    identity.dns.forget();
    identity.clock.ms += 5000;
    expect((await verify('acme.test')).json()).toEqual(proven.json());
    expect(await claim('acme.test')).toMatchObject({ status: 201, text: proven.text });
  });

  it('that provisioning made is proven by the operator’s word', async () => {
    expect(await list(globex)).toEqual([
      {
        domain: 'globex.example',
        state: 'verified',
        claimedAt: expect.any(String),
        verifiedAt: expect.any(String),
        by: 'operator',
      },
    ]);
  });

  it('keeps its record when it is claimed again, and gets another after it was given up', async () => {
    const record = await claimed('acme.test');
    expect(await claimed('acme.test')).toEqual(record);
    expect((await remove('acme.test')).status).toBe(204);
    expect(await claimed('acme.test')).not.toEqual(record);
    identity.dns.publish(record);
    expect(codeOf(await verify('acme.test'))).toEqual(notProven);
  });

  it.each([
    [
      'in one string among other records',
      (value: string) => [{ strings: ['v=spf1 -all'] }, { strings: [value] }],
      true,
    ],
    ['split into strings', (value: string) => [{ strings: [value.slice(0, 9), value.slice(9)] }], true],
    ['in two records', (value: string) => [{ strings: [value.slice(0, 9)] }, { strings: [value.slice(9)] }], false],
    ['with more before it', (value: string) => [{ strings: [`x ${value}`] }], false],
    ['with more after it', (value: string) => [{ strings: [value, ' '] }], false],
    ['in other letters', (value: string) => [{ strings: [value.toLowerCase().replace('=', '=A')] }], false],
    ['as an empty string', () => [{ strings: [''] }], false],
    ['not at all', () => [], false],
  ])('with its value %s in DNS', async (_, records, proves) => {
    const { name, value } = await claimed('acme.test');
    identity.dns.say(name, records(value));
    const answer = await verify('acme.test');
    if (proves) expect(answer.status).toBe(200);
    else expect(codeOf(answer)).toEqual(notProven);
    expect(await stateOf('acme.test')).toBe(proves ? 'verified' : 'pending');
  });

  it.each(['no-such-name', 'failure', 'refusal'] as const)(
    'stays a claim when DNS answers with %s',
    async (behaviour) => {
      const record = await claimed('acme.test');
      identity.dns.say(record.name, behaviour);
      const answer = await verify('acme.test');
      expect(codeOf(answer)).toEqual(notProven);
      const silent = 'The name servers gave no answer: try again later.';
      expect(answer.json().detail).toBe(behaviour === 'no-such-name' ? 'There is no such record.' : silent);
      expect(await stateOf('acme.test')).toBe('pending');
      identity.dns.publish(record);
      expect((await verify('acme.test')).status).toBe(200);
    },
  );

  it('is not proven by another organisation’s record', async () => {
    const [own, theirs] = [await claimed('shared.test', acme), await claimed('shared.test', globex)];
    expect(theirs.name).toBe(own.name);
    expect(theirs.value).not.toBe(own.value);
    identity.dns.publish(theirs);
    expect(codeOf(await verify('shared.test', acme))).toEqual(notProven);
    expect((await verify('shared.test', globex)).status).toBe(200);
    expect(codeOf(await verify('shared.test', acme))).toEqual(taken);
  });

  it('that a resolver lies about changes no other claim, of anybody', async () => {
    const lied = await claimed('lied.test');
    const other = await claimed('acme.test');
    const theirs = await claimed('globex.test', globex);
    const elsewhere = [other, theirs].map(({ name, value }) => ({ strings: [value], at: name }));
    identity.dns.say(lied.name, [...elsewhere, { strings: [other.value] }, { strings: [theirs.value] }]);
    expect(codeOf(await verify('lied.test'))).toEqual(notProven);
    identity.dns.say(lied.name, [...elsewhere, { strings: [lied.value] }]);
    expect((await verify('lied.test')).status).toBe(200);
    expect([await stateOf('acme.test'), await stateOf('globex.test', globex)]).toEqual(['pending', 'pending']);
    const { entries } = await readFeed(identity, `after=${head}`);
    expect(entries).toMatchObject([{ kind: 'organisation', domains: ['acme.example', 'lied.test'] }]);
  });

  it('is nobody else’s once it is proven, and claims before that keep nobody out', async () => {
    identity.dns.publish(await claimed('acme.test', globex));
    const record = await claimed('acme.test', acme);
    identity.dns.publish(record);
    expect((await verify('acme.test', acme)).status).toBe(200);
    expect(codeOf(await verify('acme.test', globex))).toEqual(taken);
    expect(codeOf(await claim('acme.test', globex))).toEqual(taken);
    expect((await remove('acme.test', globex)).status).toBe(204);
    expect(codeOf(await verify('acme.test', globex))).toEqual(notFound);
    expect(codeOf(await remove('acme.test', globex))).toEqual(notFound);
    expect(await stateOf('acme.test', acme)).toBe('verified');
    // Given up, it is everybody's to claim.
    expect((await remove('acme.test', acme)).status).toBe(204);
    identity.dns.publish(await claimed('acme.test', globex));
    expect((await verify('acme.test', globex)).status).toBe(200);
  });

  it('goes to one of two organisations that prove it at the same time', async () => {
    for (let round = 0; round < 5; round += 1) {
      const domain = `race-${round}.test`;
      const records = [await claimed(domain, acme), await claimed(domain, globex)];
      identity.dns.say(
        `_cloister-challenge.${domain}`,
        records.map(({ value }) => ({ strings: [value] })),
      );
      // Both are past DNS before either may write.
      const release = identity.dns.hold();
      const asked = identity.dns.asked.length;
      const both = [acme, globex].map((token) => verify(domain, token));
      await expect.poll(() => identity.dns.asked.length, { interval: 5, timeout: 30_000 }).toBe(asked + 2);
      release();
      const answers = await Promise.all(both);
      expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
      const lost = answers.findIndex(({ status }) => status === 409);
      expect(answers[lost]?.json().code).toBe('identity/domain-taken');
      expect(await stateOf(domain, lost === 0 ? acme : globex)).toBe('pending');
      expect(await stateOf(domain, lost === 0 ? globex : acme)).toBe('verified');
    }
  });

  it('is proven once by many requests of its own organisation', async () => {
    for (let round = 0; round < 10; round += 1) {
      const domain = `many-${round}.test`;
      identity.dns.publish(await claimed(domain));
      const answers = await Promise.all(Array.from({ length: 8 }, () => verify(domain)));
      expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
      expect(answers[0]?.json()).toMatchObject({ domain, state: 'verified' });
      identity.clock.ms += 60_000;
    }
  });

  it('is not proven by a record of a claim that was taken back meanwhile', async () => {
    const record = await claimed('acme.test');
    identity.dns.publish(record);
    const release = identity.dns.hold();
    const asked = identity.dns.asked.length;
    const late = verify('acme.test');
    await expect.poll(() => identity.dns.asked.length, { interval: 5, timeout: 30_000 }).toBe(asked + 1);
    expect((await remove('acme.test')).status).toBe(204);
    const next = await claimed('acme.test');
    release();
    expect(codeOf(await late)).toEqual(notFound);
    expect((await list(acme)).find(({ domain }) => domain === 'acme.test')?.record).toEqual(next);
  });

  it('cannot be given up while people’s addresses or a key server lie under it', async () => {
    const inUse = [409, 'identity/domain-in-use'];
    expect(codeOf(await remove('globex.example', globex))).toEqual(inUse);
    identity.dns.publish(await claimed('kms.acme.example'));
    expect((await verify('kms.acme.example')).status).toBe(200);
    expect(codeOf(await remove('kms.acme.example'))).toEqual(inUse);
    expect(codeOf(await remove('acme.example'))).toEqual(inUse);
    expect(await stateOf('acme.example')).toBe('verified');
    // So that the next test begins as this one did.
    const [realm] = identity.config.realms;
    if (realm !== undefined) realm.kmsHost = 'kms.elsewhere.example';
    await identity.restart();
    expect((await remove('kms.acme.example')).status).toBe(204);
    if (realm !== undefined) realm.kmsHost = 'kms.acme.example';
    await identity.restart();
  });

  it('keeps other organisations from inviting its addresses only once it is proven', async () => {
    const invite = () =>
      identity.client().ask('/identity/api/v1/invitations', {
        json: { name: 'Guest', email: 'guest@bücher.example' },
        headers: { authorization: `Bearer ${acme}` },
      });
    const record = await claimed('xn--bcher-kva.example', globex);
    expect((await invite()).status).toBe(201);
    identity.dns.publish(record);
    expect((await verify('xn--bcher-kva.example', globex)).status).toBe(200);
    expect(codeOf(await invite())).toEqual([403, 'identity/forbidden']);
  });
});

describe('who may', () => {
  it('is a full administrator with the full token, nobody else', async () => {
    const record = await claimed('acme.test');
    identity.dns.publish(record);
    const people = await reduced(identity.client(), acme, 'spark:people_read');
    const core = await reduced(identity.client(), acme, 'spark:all spark:people_read');
    const asked = identity.dns.asked.length;
    for (const [token, status] of [
      [member, 403],
      [people, 403],
      [core, 401],
      ['a.b.c', 401],
    ] as const) {
      const answers = await Promise.all([
        ask('', token),
        claim('other.test', token),
        verify('acme.test', token),
        remove('acme.test', token),
      ]);
      expect(answers.map((answer) => answer.status)).toEqual([status, status, status, status]);
    }
    expect(identity.dns.asked).toHaveLength(asked);
    expect(await stateOf('acme.test')).toBe('pending');
    expect(await stateOf('other.test')).toBeUndefined();
  });

  it('sees and changes the own organisation’s alone', async () => {
    await claimed('acme.test');
    expect((await list(globex)).map(({ domain }) => domain)).toEqual(['globex.example']);
    expect(codeOf(await verify('acme.test', globex))).toEqual(notFound);
    expect(codeOf(await remove('acme.test', globex))).toEqual(notFound);
    expect(codeOf(await remove('acme.example', globex))).toEqual(notFound);
    expect(codeOf(await verify('nobodys.test'))).toEqual(notFound);
    expect(await stateOf('acme.test')).toBe('pending');
  });

  it('asks DNS only so often, and is told to wait', async () => {
    await claimed('acme.test');
    const answers = await Promise.all(Array.from({ length: 25 }, () => verify('acme.test')));
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(5);
    expect((await verify('nobodys.test', globex)).status).toBe(404);
    identity.clock.ms += 3000;
    expect(codeOf(await verify('acme.test'))).toEqual(notProven);
  });

  it('has at most a hundred claims at once', async () => {
    const names = Array.from({ length: 100 }, (_, n) => `claim-${n}.test`);
    for (const domain of names) expect((await claim(domain)).status).toBe(201);
    expect(codeOf(await claim('one-more.test'))).toEqual([409, 'identity/conflict']);
    expect((await claim('claim-7.test')).status).toBe(201);
  });

  it('is written down, without the domain', async () => {
    const from = identity.logged.length;
    identity.dns.publish(await claimed('telltale.test'));
    await claim('telltale.test');
    await verify('telltale.test');
    await verify('telltale.test');
    await remove('telltale.test');
    const lines = identity.logged.slice(from);
    expect(lines.join('')).not.toContain('telltale');
    const { id: personId, organisationId } = identity.person('alice@acme.example');
    const events = lines.map((line) => JSON.parse(line)).filter(({ event }) => String(event).startsWith('domain.'));
    expect(events).toMatchObject(
      ['domain.claimed', 'domain.verified', 'domain.removed'].map((event) => ({ event, personId, organisationId })),
    );
  });
});

it('refuses what is no domain, wherever it is written', async () => {
  for (const domain of ['localhost', 'Acme.test', '*.acme.test', '192.0.2.1', 'a@acme.test', 'acme.test.']) {
    expect(codeOf(await claim(domain))).toEqual([400, 'wire/invalid-message']);
    expect((await verify(encodeURIComponent(domain))).status).toBe(400);
    expect((await remove(encodeURIComponent(domain))).status).toBe(400);
  }
});

it(
  'answers any body with a claim or a refusal of the documented shape',
  async () => {
    const body = fc.oneof(
      fc.json(),
      fc.string(),
      fc.json().map((text) => `{"domain":${text}}`),
    );
    const headers = { authorization: `Bearer ${acme}`, 'content-type': 'application/json' };
    await fc.assert(
      fc.asyncProperty(body, async (text) => {
        const one = await identity.client().ask(base, { method: 'POST', body: text, headers });
        expect(one.status).toBe(400);
        expect(one.json().code).toBeTypeOf('string');
      }),
      { numRuns },
    );
  },
  longEnough,
);
