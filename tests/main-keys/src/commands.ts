import { Happening } from '@cloister/testkit/model';
import { instanceUri, parseKmsHost, type Uuid } from '@cloister/wire';
import fc from 'fast-check';
import type { Run } from './run.ts';
import type { Mood } from './testing/amazon.ts';
import type { TestClient } from './testing/internals.ts';
import { arns, uploads } from './testing/world.ts';

const host = parseKmsHost('kms.acme.example');
const node = fc.nat({ max: 1 });
const any = fc.nat({ max: 999 });
const rarely = fc.nat({ max: 5 }).map((value) => value === 0);
const by = fc.record({ who: fc.nat({ max: 1 }), at: node, isByVersion: rarely });
const administrator = (run: Run, who: number) => run.world.administrators[who] as TestClient;

const uploading = fc.tuple(by, fc.nat({ max: 2 }), fc.boolean()).map(
  ([{ who, at, isByVersion }, slot, activate]) =>
    new Happening<Run>(`upload(key ${slot}${activate ? ', at once' : ''}, by ${who}, ${at})`, (run) => {
      const customerMasterKey = run.world.encrypted(uploads[slot] as Buffer);
      const ask = { method: 'create', uri: '/cmk', customerMasterKey, cloister: { activate } };
      return run.administer('upload', administrator(run, who), run.node(at), ask, isByVersion);
    }),
);
const adding = fc.tuple(by, fc.nat({ max: 1 }), fc.boolean()).map(
  ([{ who, at, isByVersion }, slot, activate]) =>
    new Happening<Run>(`add(ARN ${slot}${activate ? ', at once' : ''}, by ${who}, ${at})`, (run) => {
      const ask = { method: 'create', uri: '/awsKmsCmk', customerMasterKey: arns[slot], cloister: { activate } };
      return run.administer('add', administrator(run, who), run.node(at), ask, isByVersion);
    }),
);
const revoked = ['revoked', 'locally-revoked', 'revoked-by-amazon'] as const;
/** What can be asked for, and of which keys it makes sense. */
const wanted = {
  ACTIVE: { name: 'activate', of: ['pending', ...revoked] },
  REVOKED: { name: 'revoke', of: ['active', 'deleted', 'revoked-by-amazon'] },
  DELETED: { name: 'delete', of: revoked },
  REMOVEDCLEAN: { name: 'remove', of: ['pending'] },
} as const;
const asking = fc.constantFrom<keyof typeof wanted>(
  'ACTIVE',
  'ACTIVE',
  'REVOKED',
  'REVOKED',
  'DELETED',
  'REMOVEDCLEAN',
);
const changing = fc.tuple(by, asking, fc.nat({ max: 2 }), rarely).map(
  ([{ who, at, isByVersion }, keyState, index, isAny]) =>
    new Happening<Run>(
      `${wanted[keyState].name}(-${index}${isAny ? ' of all' : ''}, by ${who}, ${at})`,
      async (run) => {
        const { name, of } = wanted[keyState];
        const keyId = await run.mainKey(index, isAny ? [] : of);
        if (keyId === null) return;
        const ask = { method: 'update', uri: instanceUri(host, 'cmk', keyId as Uuid), keyState };
        run.administer(name, administrator(run, who), run.node(at), ask, isByVersion);
      },
    ),
);
/** One administrator who waits for each answer before the next request: deeper states than chance leads to. */
const insisting = fc.tuple(by, fc.array(asking, { minLength: 2, maxLength: 5 }), fc.boolean()).map(
  ([{ who, at }, keyStates, uploadsFirst]) =>
    new Happening<Run>(`${uploadsFirst ? 'UPLOAD, ' : ''}${keyStates.join(', ')} (by ${who}, ${at})`, (run) => {
      run.going(async () => {
        const [client, server] = [administrator(run, who), run.node(at)];
        if (uploadsFirst) {
          const customerMasterKey = run.world.encrypted(uploads[0] as Buffer);
          const ask = { method: 'create', uri: '/cmk', customerMasterKey, cloister: { activate: true } };
          await run.administered('upload', client, server, ask, false);
        }
        for (const keyState of keyStates) {
          const keyId = await run.mainKey(0, wanted[keyState].of);
          if (keyId === null) return;
          const ask = { method: 'update', uri: instanceUri(host, 'cmk', keyId as Uuid), keyState };
          await run.administered(wanted[keyState].name, client, server, ask, false);
        }
      });
    }),
);
const defaulting = by.map(
  ({ who, at, isByVersion }) =>
    new Happening<Run>(`use default(by ${who}, ${at})`, (run) => {
      const ask = { method: 'update', uri: 'default', keyState: 'ACTIVE' };
      return run.administer('use-default', administrator(run, who), run.node(at), ask, isByVersion);
    }),
);
const deleting = fc
  .tuple(by, fc.constantFrom('/cmk', '/awsKmsCmk'))
  .map(
    ([{ who, at, isByVersion }, uri]) =>
      new Happening<Run>(`delete all(${uri}, by ${who}, ${at})`, (run) =>
        run.administer('delete-all', administrator(run, who), run.node(at), { method: 'delete', uri }, isByVersion),
      ),
  );
const repeating = fc
  .tuple(any, node)
  .map(([index, at]) => new Happening<Run>(`again(${index}, ${at})`, (run) => run.again(index, run.node(at))));
const making = node.map((at) => new Happening<Run>(`make a key(${at})`, (run) => run.make(run.node(at))));
const fetching = fc
  .tuple(any, node)
  .map(([index, at]) => new Happening<Run>(`fetch(${index}, ${at})`, (run) => run.fetch(index, run.node(at))));
const day = 24 * 3600_000;
const searching = node.map((at) => new Happening<Run>(`search keys(${at})`, (run) => run.search(run.node(at))));
/** The first key of a room, or that of a new month, asked for at both nodes at once. */
const racing = any.map(
  (index) =>
    new Happening<Run>(`search keys(both${index % 2 === 0 ? ', a month later' : ''})`, (run) => {
      if (index % 2 === 0) run.pass(31 * day);
      for (const at of [0, 1]) run.search(run.node(at));
    }),
);
const jobs = {
  look: (kms: Kms) => kms.masterKeys.look(),
  rotate: (kms: Kms) => kms.masterKeys.rotate(),
  probe: (kms: Kms) => kms.masterKeys.probe(),
  timers: (kms: Kms) => kms.masterKeys.runTimers(),
};
type Kms = Parameters<Parameters<Run['job']>[1]>[0];
const working = fc
  .tuple(node, fc.constantFrom<keyof typeof jobs>('look', 'look', 'rotate', 'rotate', 'probe', 'timers'))
  .map(([at, job]) => new Happening<Run>(`${job}(${at})`, (run) => run.job(run.node(at), jobs[job])));
const moods = fc.constantFrom<Mood>('ok', 'disabled', 'denied', 'pending-deletion', 'unavailable');
const amazon = fc
  .tuple(fc.nat({ max: 1 }), moods)
  .map(
    ([slot, mood]) =>
      new Happening<Run>(`Amazon(ARN ${slot}, ${mood})`, (run) => run.world.amazon.turn(arns[slot] as string, mood)),
  );
/** Keys under the main key, and in memory, when Amazon refuses it; perhaps for longer than they are kept there. */
const refusing = fc.tuple(by, fc.nat({ max: 1 }), moods, rarely).map(
  ([{ who, at }, slot, mood, isShort]) =>
    new Happening<Run>(`use(ARN ${slot}, ${at}), then ${mood}${isShort ? '' : ' for long'}`, (run) => {
      run.going(async () => {
        const server = run.node(at);
        const ask = {
          method: 'create',
          uri: '/awsKmsCmk',
          customerMasterKey: arns[slot],
          cloister: { activate: true },
        };
        await run.administered('add', administrator(run, who), server, ask, false);
        const made = await run.made(server);
        run.pass(31 * day);
        await run.askSearch(server);
        const now = run.snapshots.at(-1);
        run.world.amazon.turn(now?.arns[now.head ?? ''] ?? (arns[slot] as string), mood);
        if (!isShort) run.pass(61_000);
        const both = [0, 1].map((each) => run.node(each));
        await Promise.all(both.flatMap((each) => [run.ask(made === null ? [] : [made], each), run.askSearch(each)]));
      });
    }),
);
/** A main key that is gone after its search keys were given: only the original brings them back (R050). */
const losing = by.map(
  ({ who, at }) =>
    new Happening<Run>(`use and lose a main key(by ${who}, ${at})`, (run) => {
      run.going(async () => {
        const [client, server] = [administrator(run, who), run.node(at)];
        const customerMasterKey = run.world.encrypted(uploads[1] as Buffer);
        const ask = { method: 'create', uri: '/cmk', customerMasterKey, cloister: { activate: true } };
        await run.administered('upload', client, server, ask, false);
        await run.askSearch(server);
        for (const keyState of ['REVOKED', 'DELETED'] as const) {
          const keyId = await run.mainKey(0, wanted[keyState].of);
          if (keyId === null) return;
          const change = { method: 'update', uri: instanceUri(host, 'cmk', keyId as Uuid), keyState };
          await run.administered(wanted[keyState].name, client, server, change, false);
        }
        run.pass(31 * day);
        await server.work(jobs.timers);
      });
    }),
);
const passing = fc
  .constantFrom(1_000, 6_000, 6_000, 61_000, 61_000, 600_000, 8 * day, 29 * day, 31 * day)
  .map((ms) => new Happening<Run>(`pass(${ms / 1000} s)`, (run) => run.pass(ms)));
const crashing = fc
  .tuple(node, fc.nat({ max: 40 }))
  .map(([at, steps]) => new Happening<Run>(`crash(${at}, after ${steps})`, (run) => run.node(at).life.dieAfter(steps)));
const stopping = fc
  .tuple(node, fc.boolean())
  .map(
    ([at, on]) =>
      new Happening<Run>(`${on ? 'stop' : 'resume'}(${at})`, (run) =>
        on ? run.node(at).stop() : run.node(at).resume(),
      ),
  );
const cutting = fc
  .tuple(node, fc.boolean())
  .map(
    ([at, on]) =>
      new Happening<Run>(`${on ? 'cut off' : 'connect'}(${at})`, (run) =>
        on ? run.node(at).cutOff() : run.node(at).connect(),
      ),
  );
/**
 * A revocation in the middle of an answer: the node that gives it stops at any statement, until the revocation is made, and
 * perhaps proven without it, for longer than its lease; then everybody looks.
 */
const sleeping = fc.tuple(by, any, fc.nat({ max: 9 }), fc.boolean()).map(
  ([{ who, at }, index, awake, isLong]) =>
    new Happening<Run>(`sleep(${at}, after ${awake}${isLong ? ', for long' : ''}) while ${who} revokes`, (run) => {
      const [sleeper, other] = [run.node(at), run.node(at + 1)];
      run.fetch(index, sleeper);
      run.going(async () => {
        for (let turn = 0; turn < awake; turn += 1) await run.world.stage.turn('goes to sleep');
        const keyId = await run.mainKey(0, wanted.REVOKED.of);
        if (keyId === null) return;
        sleeper.stop();
        const ask = { method: 'update', uri: instanceUri(host, 'cmk', keyId as Uuid), keyState: 'REVOKED' };
        await run.administered('revoke', administrator(run, who), other, ask, false);
        if (isLong) {
          run.pass(61_000);
          await other.work(jobs.look);
        }
        sleeper.resume();
        if (!isLong) await Promise.all([sleeper.work(jobs.look), other.work(jobs.look)]);
        await other.work(jobs.look);
      });
    }),
);

/** What may happen to a run, with the probabilities that find most. */
export const happenings: fc.Arbitrary<Happening<Run>>[] = [
  uploading,
  uploading,
  adding,
  adding,
  insisting,
  insisting,
  changing,
  changing,
  changing,
  changing,
  defaulting,
  deleting,
  repeating,
  making,
  making,
  fetching,
  fetching,
  fetching,
  searching,
  racing,
  working,
  working,
  working,
  amazon,
  amazon,
  refusing,
  losing,
  passing,
  passing,
  crashing,
  stopping,
  cutting,
  sleeping,
  sleeping,
];
