import { sql } from '@cloister/database';
import { checkFetched } from './check-fetched.ts';
import { changed, isFrozen, type Line, type Model, untouched } from './model.ts';
import { overviewIn, type Run } from './run.ts';
import { checkSnapshots, type Snapshot } from './snapshot.ts';

/** Compares what happened with what may happen. @throws where they differ */
export const check = async (run: Run): Promise<void> => {
  if (run.errors.length > 0) throw new Error('something failed', { cause: run.errors[0] });
  const lines = await historyOf(run);
  const model = grouped(lines).reduce(changed, untouched);
  checkState(run, model);
  checkAnswers(run, lines);
  checkSnapshots(run.snapshots);
  for (const fetched of run.fetched) checkFetched(fetched, run);
};

const historyOf = async ({ world }: Run): Promise<Line[]> =>
  world.real.rows(sql<Line>`select xmin::text as change, key_id::text as "keyId", from_state as "from",
    to_state as "to", act, actor_id::text as "actorId", at from master_key_event
    where organisation_id = ${world.organisationId} order by seq`);

/** The lines of each change. */
const grouped = (lines: readonly Line[]): Line[][] => {
  const groups: Line[][] = [];
  for (const line of lines) {
    const last = groups.at(-1);
    if (last?.[0]?.change === line.change) last.push(line);
    else groups.push([line]);
  }
  return groups;
};

/** What history leads to is what stands in the tables. */
const checkState = ({ snapshots }: Run, model: Model): void => {
  const last = snapshots.at(-1);
  const told = {
    head: model.head,
    isFrozen: isFrozen(model),
    defaultRole: model.defaultState ?? 'idle',
    states: Object.fromEntries([...model.keys].map(([keyId, { state }]) => [keyId, state])),
  };
  const { head, isFrozen: isOff, defaultRole, states } = last as Snapshot;
  const found = { head, isFrozen: isOff, defaultRole, states };
  if (sorted(told) !== sorted(found)) throw new Error(`history says ${sorted(told)}, the tables say ${sorted(found)}`);
};

const sorted = ({ states, ...rest }: { readonly states: object }): string =>
  JSON.stringify({ ...rest, states: Object.entries(states).toSorted() });

/** Acts of which one request makes one line. */
const once: readonly (readonly [name: string, acts: readonly string[]])[] = [
  ['upload', ['upload', 'restore']],
  ['add', ['add', 'restore']],
  ['revoke', ['revoke', 'revoke-locally', 'undelete']],
];

/** Who was told that it is done has it once; who was refused has nothing; who was told nothing has it once at most. */
const checkAnswers = ({ asked, world }: Run, lines: readonly Line[]): void => {
  const counts = (name: string, told: (answer: string) => boolean) =>
    asked.filter((each) => each.name === name && told(each.told)).length;
  const made = (acts: readonly string[], isAmazons: boolean | null) =>
    lines.filter(({ act, actorId, to }) => {
      const fits = act !== 'restore' || isAmazons === null || (to === 'locally-revoked') === isAmazons;
      return acts.includes(act) && actorId !== null && fits;
    }).length;
  for (const [name, acts] of once) {
    const count = made(acts, name === 'revoke' ? null : name === 'add');
    const [least, unknown] = [counts(name, (told) => told === 'done'), counts(name, (told) => told === 'nothing')];
    if (count < least || count > least + unknown) {
      throw new Error(`${count} times ${acts} for ${least} that were told so and ${unknown} that were told nothing`);
    }
  }
  for (const { version, told, response, name } of asked) {
    const after = overviewIn(response)?.version;
    if (told !== 'done' || version === undefined || after === undefined) continue;
    // One that comes back may be activated with it.
    if (after < version || after > version + 2) throw new Error(`${name} by version ${version} led to ${after}`);
  }
  const strange = lines.filter(
    ({ actorId }) => actorId !== null && !world.administrators.some(({ person }) => person.id === actorId),
  );
  if (strange.length > 0) throw new Error('somebody else acted');
};
