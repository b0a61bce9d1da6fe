import { Happening } from '@cloister/testkit/model';
import fc from 'fast-check';
import type { Changing } from './asks.ts';
import type { Run } from './run.ts';

const someone = fc.nat({ max: 4 });
const room = fc.nat({ max: 1 });
const any = fc.nat({ max: 999 });
const few = fc.nat({ max: 3 });

const changing = fc
  .tuple(
    fc.constantFrom<Changing>('add', 'add', 'add', 'remove', 'remove', 'appoint', 'dismiss', 'updateKey', 'addKey'),
    room,
    someone,
    someone,
  )
  .map(
    ([kind, at, by, who]) =>
      new Happening<Run>(`${kind}(room ${at}, by ${by}, ${who})`, (run) =>
        run.change(kind, run.room(at), run.person(by), run.person(who).id),
      ),
  );
const sensible = fc
  .tuple(
    fc.constantFrom<Changing>('add', 'add', 'remove', 'appoint', 'dismiss', 'updateKey', 'addKey'),
    room,
    someone,
    someone,
  )
  .map(
    ([kind, at, by, who]) =>
      new Happening<Run>(`sensible ${kind}(room ${at}, ${by}, ${who})`, async (run) => {
        const { actor, subject } = await run.fitting(kind, run.room(at), by, who);
        await run.change(kind, run.room(at), actor, subject.id);
      }),
  );
const leaving = fc
  .tuple(room, someone)
  .map(
    ([at, who]) =>
      new Happening<Run>(`leave(room ${at}, ${who})`, (run) =>
        run.change('remove', run.room(at), run.person(who), run.person(who).id),
      ),
  );
const creating = fc.tuple(someone, fc.array(someone, { maxLength: 3 })).map(
  ([by, who]) =>
    new Happening<Run>(`create(by ${by}, ${who})`, (run) =>
      run.create(
        run.person(by),
        [...new Set(who)].map((each) => run.person(each).id),
      ),
    ),
);
const posting = fc
  .tuple(room, someone, few)
  .map(
    ([at, by, key]) =>
      new Happening<Run>(`post(room ${at}, by ${by}, key -${key})`, (run) =>
        run.post(run.room(at), run.person(by), key),
      ),
  );
const fetching = fc
  .tuple(room, someone, few)
  .map(
    ([at, by, key]) =>
      new Happening<Run>(`fetch(room ${at}, by ${by}, key -${key})`, (run) =>
        run.fetch(run.room(at), run.person(by), key),
      ),
  );
const standing = fc
  .tuple(someone, fc.boolean())
  .map(
    ([who, active]) =>
      new Happening<Run>(`${active ? 'returns' : 'deactivated'}(${who})`, (run) =>
        run.standing(run.person(who), active),
      ),
  );
const replaying = fc
  .tuple(any, fc.option(someone, { freq: 2 }), fc.option(room, { freq: 2 }))
  .map(
    ([index, by, at]) =>
      new Happening<Run>(`replay(${index}, by ${by ?? 'the same'}, room ${at ?? 'the same'})`, (run) =>
        run.replay(index, by === null ? undefined : run.person(by), at === null ? undefined : run.room(at)),
      ),
  );
const relaying = any.map((index) => new Happening<Run>(`relay(${index})`, (run) => run.relay(index)));
const repeating = fc
  .tuple(any, fc.boolean())
  .map(
    ([index, readdressed]) =>
      new Happening<Run>(`repeat(${index}, ${readdressed})`, (run) => run.link.repeat(index, readdressed)),
  );
const losing = any.map((index) => new Happening<Run>(`lose(${index})`, (run) => run.link.lose(index)));
const cutting = fc.constant(null).map(() => new Happening<Run>('cut', (run) => run.link.cut()));
const passing = fc
  .constantFrom(300, 5_000, 20_000)
  .map((ms) => new Happening<Run>(`pass(${ms})`, (run) => run.pass(ms)));
const crashing = fc.tuple(fc.constantFrom('core', 'kms', 'both'), fc.nat({ max: 40 }), fc.nat({ max: 40 })).map(
  ([which, core, kms]) =>
    new Happening<Run>(`crash(${which}, ${core}, ${kms})`, (run) => {
      if (which !== 'kms') run.crash(run.world.core, core);
      if (which !== 'core') run.crash(run.world.kms, kms);
    }),
);

/** What may happen to a run, with the probabilities that find most. */
export const happenings: fc.Arbitrary<Happening<Run>>[] = [
  changing,
  sensible,
  sensible,
  sensible,
  sensible,
  sensible,
  leaving,
  creating,
  posting,
  posting,
  fetching,
  standing,
  replaying,
  relaying,
  repeating,
  losing,
  cutting,
  passing,
  crashing,
  crashing,
];
