import { parseReceipt } from '@cloister/receipts';
import { CloisterError, type KmsHost, newId, parseKmsHost, type RoomId } from '@cloister/wire';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { databaseState } from '../testing/database-state.ts';
import { joinedStreams } from '../testing/joined-streams.ts';
import type { TestRealm } from '../testing/test-realm.ts';
import { postRoute } from './http/route.ts';
import { endOf, HostileCore, type Way } from './testing/hostile-core.ts';
import { openStream } from './testing/stream-pair.ts';
import { TestAuthority } from './testing/test-authority.ts';
import { type TestPeer, TestPeers } from './testing/test-peer.ts';
import { TestRealms } from './testing/test-realms.ts';

const numRuns = Number(process.env.CLOISTER_RUNS ?? 100);

describe('a hostile core between key servers', () => {
  const text = z.object({ text: z.string() });
  let peers: TestPeers;
  let [acme, globex, initech]: TestPeer[] = [];
  let core: HostileCore;
  /** What handlers heard: by whom, and from whom. */
  let heard: string[] = [];

  const routesOf = (name: string) => [
    postRoute('/federation/v1/echo', text, async ({ peer, body }) => {
      heard.push(`${name} ${peer.kmsHost} ${body.text}`);
      return { status: 200, body };
    }),
  ];

  beforeAll(async () => {
    peers = new TestPeers(await TestAuthority.open(new Date()));
    const limits = { handshakeMs: 500, headersMs: 500, requestMs: 1_000 };
    [acme, globex, initech] = await Promise.all(
      ['kms.acme.example', 'kms.globex.example', 'kms.initech.example'].map((name) =>
        peers.add(name, { routes: routesOf(name), limits }),
      ),
    );
  });
  afterAll(() => peers.close());
  beforeEach(() => {
    core = new HostileCore(peers);
    heard = [];
    for (const peer of [acme, globex, initech]) {
      peer?.federation.disconnect();
      if (peer) peer.logged = '';
    }
  });

  const at = (peer: TestPeer | undefined): TestPeer => peer as TestPeer;
  const ask = (said: string, to: KmsHost = at(globex).kmsHost) =>
    at(acme).federation.ask(to, { method: 'POST', path: '/federation/v1/echo', body: { text: said }, answer: text });
  const outcome = (said: string): Promise<string> =>
    ask(said).then(
      (answer) => (answer.isRefused ? `refused ${answer.code}` : answer.value.text),
      (error: unknown) => (error instanceof CloisterError ? error.code : `${error}`),
    );

  it('that leaves everything as it is carries what was asked', async () => {
    expect(await outcome('x')).toBe('x');
    expect(heard).toEqual([`${globex?.kmsHost} ${acme?.kmsHost} x`]);
  });

  it('hands a stream to another realm than it was opened to: that one proves another name, and hears nothing', async () => {
    core.divert = () => at(initech).kmsHost;
    expect(await outcome('x')).toBe('kms/peer-untrusted');
    expect(heard).toEqual([]);
    expect(at(acme).events).toContain('peer.not-proven');
    await core.settled();
    expect(at(initech).events).toContain('peer.not-accepted');
  });

  it('reflects a stream to its own sender: a realm is not its own peer', async () => {
    core.divert = () => at(acme).kmsHost;
    expect(await outcome('x')).toBe('kms/peer-untrusted');
    expect(heard).toEqual([]);
    await core.settled();
    expect(at(acme).events).toEqual(expect.arrayContaining(['peer.not-proven', 'peer.not-accepted']));
  });

  it('says that a stream comes from somebody else: who asks is whom the certificate names', async () => {
    const { one, other } = joinedStreams('kms.initech.example', 'kms.globex.example');
    other.streams.onStream((far, from) => {
      expect(from).toBe('kms.initech.example');
      void at(globex).federation.accept(far);
    });
    peers.intercept = (far) => {
      const onwards = one.streams.connect(other.name);
      far.pipe(onwards).pipe(far);
      for (const end of [far, onwards]) end.on('error', () => end.destroy());
    };
    expect(await outcome('x')).toBe('x');
    expect(heard).toEqual([`${globex?.kmsHost} ${acme?.kmsHost} x`]);
  });

  it('replays what a realm said once: nobody is asked a second time', async () => {
    expect(await outcome('x')).toBe('x');
    const [recorded] = core.streams;
    const near = openStream((far) => void at(globex).federation.accept(far));
    const ended = new Promise((resolve) => near.once('close', resolve));
    near.on('error', () => near.destroy());
    near.resume();
    at(globex).logged = '';
    for (const chunk of recorded?.said.up ?? []) near.write(chunk);
    await ended;
    expect(heard).toHaveLength(1);
    expect(at(globex).events).toEqual(['peer.not-accepted']);
  });

  it('replays what a realm answered once: it is no answer to another question', async () => {
    expect(await outcome('first')).toBe('first');
    const [recorded] = core.streams;
    at(acme).federation.disconnect();
    peers.intercept = (caller) => {
      caller.on('error', () => caller.destroy());
      caller.once('data', () => {
        for (const chunk of recorded?.said.down ?? []) caller.write(chunk);
      });
    };
    expect(await outcome('second')).toBe('kms/peer-untrusted');
    expect(at(acme).events).toContain('peer.not-proven');
  });

  it('splices two streams of the same realms: neither carries anything more, and nobody hears what was not asked', async () => {
    expect(await Promise.all([outcome('a'), outcome('b')])).toEqual(['a', 'b']);
    const [one, other] = core.streams;
    if (one === undefined || other === undefined) throw new Error('two connections were expected');
    heard = [];
    core.meddle = (chunk, way, stream) => {
      endOf(stream === one ? other : one, way).write(chunk);
      return [];
    };
    const outcomes = await Promise.all([outcome('c'), outcome('d')]);
    for (const each of outcomes) expect(each).toMatch(/^kms\/peer-(lost|untrusted|broken)$/);
    expect(heard).toEqual([]);
  });

  type Harm = 'flip' | 'drop' | 'double' | 'swap' | 'cut';
  /** Does one harm to the chunk of that number on that way. */
  const harming = (harm: Harm, way: Way, at: number, bit: number) => {
    let [seen, held]: [number, Buffer | null] = [0, null];
    core.meddle = (chunk, going, { ends }) => {
      if (going !== way) return [chunk];
      seen += 1;
      if (held !== null) {
        const both = [chunk, held];
        held = null;
        return both;
      }
      if (seen !== at) return [chunk];
      if (harm === 'drop') return [];
      if (harm === 'double') return [chunk, chunk];
      if (harm === 'cut') ends.up.destroy();
      if (harm === 'swap') held = chunk;
      if (harm !== 'flip') return [];
      const changed = Buffer.from(chunk);
      const index = Math.floor(bit / 8) % changed.length;
      changed[index] = (changed[index] ?? 0) ^ (1 << (bit % 8));
      return [changed];
    };
  };

  it('alters, drops, doubles, reorders or cuts what is said, anywhere: it arrives as it was, once, or not at all', async () => {
    const harms = fc.record({
      harm: fc.constantFrom<Harm>('flip', 'drop', 'double', 'swap', 'cut'),
      way: fc.constantFrom<Way>('up', 'down'),
      at: fc.integer({ min: 1, max: 5 }),
      bit: fc.nat(40_000),
    });
    await fc.assert(
      fc.asyncProperty(harms, async ({ harm, way, at: chunk, bit }) => {
        at(acme).federation.disconnect();
        heard = [];
        harming(harm, way, chunk, bit);
        const said = newId();
        // Who waits for the rest of a question in vain says so after a while.
        expect(await outcome(said)).toMatch(
          new RegExp(`^(${said}|kms/peer-(lost|untrusted|broken|refused|unreachable)|refused platform/timeout)$`),
        );
        expect([[], [`${at(globex).kmsHost} ${at(acme).kmsHost} ${said}`]]).toContainEqual(heard);
      }),
      { numRuns: Math.ceil(numRuns / 4) },
    );
  }, 120_000);

  it('does not reach a realm that the directory does not name by any name', async () => {
    await expect(ask('x', parseKmsHost('kms.nowhere.example'))).rejects.toMatchObject({ code: 'kms/peer-unknown' });
    expect(core.streams).toEqual([]);
  });
});

describe('a hostile core that tells key servers of changes', () => {
  let realms: TestRealms;
  let acme: TestRealm;
  let globex: TestRealm;
  let mallory: TestRealm;

  beforeAll(async () => {
    realms = await TestRealms.open('acme', 'globex', 'mallory');
    [acme, globex, mallory] = realms.all as [TestRealm, TestRealm, TestRealm];
  }, 120_000);
  afterEach(() => realms.mend());
  afterAll(() => realms.close());

  /** Ken of Globex, in a room of Alice of Acme, wants Hugo in it: what he sealed, and what every database was before. */
  const setting = async () => {
    const [alice, ken] = [await acme.client(), await globex.client()];
    const room = await alice.createRoom([ken.person.id]);
    const hugo = globex.person();
    const { roomId, resourceUri } = room;
    const ask = { method: 'create', uri: '/authorizations', resourceUri, userIds: [hugo.id], cloister: { roomId } };
    const frame = await ken.frame('add', ask, { roomId, resourceUri, subjects: [hugo.id] });
    const state = () =>
      Promise.all(realms.all.map(({ database }) => databaseState(database, { without: ['operation'] })));
    return { alice, ken, hugo, room, frame, before: await state(), state };
  };

  it.each<[string, (frame: Awaited<ReturnType<typeof setting>>['frame']) => object]>([
    ['another roster', () => ({ subjects: [newId()] })],
    ['a longer roster', ({ subjects }) => ({ subjects: [...subjects, newId()] })],
    ['no roster', () => ({ subjects: [] })],
    ['another room', () => ({ roomId: newId<RoomId>() })],
    ['another kind of change', () => ({ kind: 'remove' })],
    ['another resource of that home', () => ({ resourceUri: `kms://${acme.kmsHost}/resources/${newId()}` })],
    ['another home, which it may work with', () => ({ resourceUri: `kms://${mallory.kmsHost}/resources/${newId()}` })],
    ['the own key server as home', () => ({ resourceUri: `kms://${globex.kmsHost}/resources/${newId()}` })],
    ['another person', () => ({ userId: newId() })],
    ['another organisation', () => ({ organisationId: globex.sisterOrganisationId })],
    ['another id of the change', () => ({ operationId: 'ef'.repeat(32) })],
  ])(
    'names %s than is sealed: refused with a receipt or met with silence, and nobody’s list changes',
    async (_, lie) => {
      const { frame, before, state } = await setting();
      const told = await globex.kms.handleOperation({ ...frame, ...lie(frame) });
      expect(told?.status ?? 403).toBeGreaterThanOrEqual(400);
      expect(await state()).toEqual(before);
      // And by no receipt of somebody else’s: what it says is closed, is closed there alone.
      if (told !== null) expect(parseReceipt(told.receipt).claims).toMatchObject({ subjects: [], resourceUri: null });
    },
  );

  it('names a home that nobody knows: nobody is asked', async () => {
    const { frame, before, state } = await setting();
    realms.asked.length = 0;
    const resourceUri = `kms://kms.nowhere.example/resources/${newId()}` as never;
    expect(await globex.kms.handleOperation({ ...frame, resourceUri })).toBeNull();
    expect(realms.asked.filter((line) => !line.includes('nowhere'))).toEqual([]);
    expect(await state()).toEqual(before);
  });

  it.each<[string, () => TestRealm]>([
    ['home', () => acme],
    ['a third realm', () => mallory],
  ])(
    'forwards somebody’s change to %s instead of their own key server: it cannot be opened there',
    async (_, wrong) => {
      const { frame, before, state } = await setting();
      const told = await wrong().kms.handleOperation(frame);
      expect(told?.status ?? 499).toBeGreaterThanOrEqual(400);
      expect(await state()).toEqual(before);
    },
  );

  it('relays somebody’s sealed message to another realm: no answer that opens', async () => {
    const { ken, before, state } = await setting();
    const sealed = await ken.seal({ method: 'create', uri: '/keys', count: 1 });
    const batch = { ...ken.asker, messages: [sealed] as never };
    for (const wrong of [acme, mallory]) {
      for (const { message } of await wrong.kms.handleBatch(batch)) {
        await expect(ken.channel.open(message)).rejects.toThrow();
      }
    }
    expect(await state()).toEqual(before);
  });

  it('asks the wrong realm what became of a change: that closes nothing, and home still decides', async () => {
    const { ken, frame, hugo } = await setting();
    const { operationId, kind, roomId, userId, organisationId } = frame;
    for (const wrong of [globex, mallory]) {
      const told = await wrong.kms.handleOperationStatus({ operationId, kind, roomId, userId, organisationId });
      expect(parseReceipt(told?.receipt ?? '').claims).toMatchObject({ iss: wrong.kmsHost, status: 410 });
    }
    const done = await ken.operate(frame);
    expect(done.status).toBe(201);
    expect(await acme.claimsOf(done.receipt)).toMatchObject({ subjects: [{ id: hugo.id }] });
  });

  it('has two nodes of the own key server pass the same change on at once: it is made once', async () => {
    const { ken, frame } = await setting();
    const second = await globex.kms.handleOperation(frame);
    const [one, other] = await Promise.all([ken.operate(frame), ken.operate(frame)]);
    expect([one.receipt, other.receipt]).toEqual([second?.receipt, second?.receipt]);
  });

  it('replays a removed person’s change to their own key server: home has the word, and refuses', async () => {
    const { alice, ken, frame, room } = await setting();
    await alice.remove(room, ken.person.id);
    const before = await databaseState(acme.database, { without: ['operation'] });
    const told = await ken.operate(frame);
    expect(told).toMatchObject({ status: 403, response: { cloister: { code: 'kms/not-authorized' } } });
    expect(await databaseState(acme.database, { without: ['operation'] })).toEqual(before);
  });
});
