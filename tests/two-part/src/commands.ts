import fc, { type AsyncCommand } from 'fast-check';
import type { Changing } from './asks.ts';
import type { Run } from './run.ts';

/** Nothing is known of a run before it has ended: what it led to is checked then, against the model of `model.ts`. */
export type Started = Record<string, never>;
type Step = AsyncCommand<Started, Run>;

/** Something that happens to a run, named for the report. */
class Happening implements Step {
  readonly #name: string;
  readonly #run: (run: Run) => unknown;

  constructor(name: string, run: (run: Run) => unknown) {
    this.#name = name;
    this.#run = run;
  }

  check(): boolean {
    return true;
  }

  async run(_: Started, run: Run): Promise<void> {
    await this.#run(run);
  }

  toString(): string {
    return this.#name;
  }
}

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
      new Happening(`${kind}(room ${at}, by ${by}, ${who})`, (run) =>
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
      new Happening(`sensible ${kind}(room ${at}, ${by}, ${who})`, async (run) => {
        const { actor, subject } = await run.fitting(kind, run.room(at), by, who);
        await run.change(kind, run.room(at), actor, subject.id);
      }),
  );
const leaving = fc
  .tuple(room, someone)
  .map(
    ([at, who]) =>
      new Happening(`leave(room ${at}, ${who})`, (run) =>
        run.change('remove', run.room(at), run.person(who), run.person(who).id),
      ),
  );
const creating = fc.tuple(someone, fc.array(someone, { maxLength: 3 })).map(
  ([by, who]) =>
    new Happening(`create(by ${by}, ${who})`, (run) =>
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
      new Happening(`post(room ${at}, by ${by}, key -${key})`, (run) => run.post(run.room(at), run.person(by), key)),
  );
const fetching = fc
  .tuple(room, someone, few)
  .map(
    ([at, by, key]) =>
      new Happening(`fetch(room ${at}, by ${by}, key -${key})`, (run) => run.fetch(run.room(at), run.person(by), key)),
  );
const standing = fc
  .tuple(someone, fc.boolean())
  .map(
    ([who, active]) =>
      new Happening(`${active ? 'returns' : 'deactivated'}(${who})`, (run) => run.standing(run.person(who), active)),
  );
const replaying = fc
  .tuple(any, fc.option(someone, { freq: 2 }), fc.option(room, { freq: 2 }))
  .map(
    ([index, by, at]) =>
      new Happening(`replay(${index}, by ${by ?? 'the same'}, room ${at ?? 'the same'})`, (run) =>
        run.replay(index, by === null ? undefined : run.person(by), at === null ? undefined : run.room(at)),
      ),
  );
const relaying = any.map((index) => new Happening(`relay(${index})`, (run) => run.relay(index)));
const repeating = fc
  .tuple(any, fc.boolean())
  .map(
    ([index, readdressed]) =>
      new Happening(`repeat(${index}, ${readdressed})`, (run) => run.link.repeat(index, readdressed)),
  );
const losing = any.map((index) => new Happening(`lose(${index})`, (run) => run.link.lose(index)));
const cutting = fc.constant(null).map(() => new Happening('cut', (run) => run.link.cut()));
const passing = fc.constantFrom(300, 5_000, 20_000).map((ms) => new Happening(`pass(${ms})`, (run) => run.pass(ms)));
const crashing = fc.tuple(fc.constantFrom('core', 'kms', 'both'), fc.nat({ max: 40 }), fc.nat({ max: 40 })).map(
  ([which, core, kms]) =>
    new Happening(`crash(${which}, ${core}, ${kms})`, (run) => {
      if (which !== 'kms') run.crash(run.world.core, core);
      if (which !== 'core') run.crash(run.world.kms, kms);
    }),
);

/** What may happen to a run, with the probabilities that find most. */
export const happenings: fc.Arbitrary<Step>[] = [
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
