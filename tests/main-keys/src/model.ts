import type { MasterKeyState } from '@cloister/wire';

/** One line of an organisation's history. Without a key it is about the realm's default main key. */
export interface Line {
  /** The transaction that wrote it. */
  readonly change: string;
  readonly keyId: string | null;
  readonly from: MasterKeyState | null;
  readonly to: MasterKeyState | null;
  readonly act: string;
  readonly actorId: string | null;
  readonly at: Date;
}

export interface ModelKey {
  readonly state: MasterKeyState;
  readonly isAmazons: boolean;
  readonly since: number;
  /** Of a deleted one: what it was. */
  readonly before?: MasterKeyState;
}

/** The main keys of an organisation, by the rules of byok.md §4 alone. */
export interface Model {
  /** Null: the realm's default main key. */
  readonly head: string | null;
  readonly defaultState: 'active' | 'rotation' | null;
  readonly keys: ReadonlyMap<string, ModelKey>;
}

export const untouched: Model = { head: null, defaultState: 'active', keys: new Map() };

const days = 24 * 3600_000;
const headStates: readonly MasterKeyState[] = ['active', 'revoked', 'locally-revoked', 'revoked-by-amazon', 'deleted'];
const revokedStates = headStates.slice(1, 4);

/** Whether the content is off: "unwrap … with none while the head is Revoked*|Deleted|Removed" (byok.md §4.1). */
export const isFrozen = ({ head, keys }: Model): boolean => head !== null && keys.get(head)?.state !== 'active';

/**
 * What the lines of one change made of the main keys.
 * @throws when the table of byok.md §4.2 has no such row, or an invariant of §4.1 does not hold afterwards
 */
export const changed = (before: Model, lines: readonly Line[]): Model => {
  const after = lines.reduce((model, line) => stepped(before, model, line), before);
  demand(holders(after) === 1, `one holder of the role, not ${holders(after)}`, lines);
  const states = [...after.keys].map(([keyId, { state }]) => ({ keyId, state }));
  demand(states.filter(({ state }) => state === 'pending').length <= 1, 'one pending key at most', lines);
  const leading = states.filter(({ state }) => headStates.includes(state));
  demand(leading.length <= 1 && leading.every(({ keyId }) => keyId === after.head), 'one key in a head state', lines);
  return after;
};

const holders = ({ head, defaultState, keys }: Model): number => {
  const state = head === null ? undefined : keys.get(head)?.state;
  const holds = state !== undefined && [...headStates, 'removed'].includes(state);
  return Number(holds) + Number(defaultState === 'active');
};

const stepped = (before: Model, model: Model, line: Line): Model => {
  const { keyId, from, to, act, at } = line;
  if (keyId === null) return withDefault(before, model, line);
  const known = model.keys.get(keyId);
  demand((known?.state ?? null) === from && to !== null, `from ${known?.state}`, [line]);
  const isAmazons = known?.isAmazons ?? act === 'add';
  const row = rows.find((each) => each.act === act && each.from.includes(from) && toOf(each, from, to) === to);
  demand(row !== undefined, 'in the table', [line]);
  if (row === undefined || to === null) throw new Error('cannot be');
  demand(row.of === undefined || (row.of === 'amazon') === isAmazons, `of ${row.of} keys`, [line]);
  demand(row.by === (line.actorId === null ? 'itself' : 'person'), `by ${row.by}`, [line]);
  const [age, least, most] = [at.getTime() - (known?.since ?? 0), row.least ?? 0, row.most ?? Number.POSITIVE_INFINITY];
  demand(age >= least && age < most, `in time (${age} ms)`, [line]);
  if (act === 'undelete') demand(to === undeleted(known?.before), `back to what it was, ${known?.before}`, [line]);
  if (act === 'restore') demand(before.head === keyId, 'of the head', [line]);
  const isNewHead = to === 'active' && (from === null || from === 'pending');
  if (isNewHead) demand(!isFrozen(before), 'reactivated first', [line]);
  const since = from === to ? (known?.since ?? 0) : at.getTime();
  const next: ModelKey = {
    state: to,
    isAmazons,
    since,
    ...(to === 'deleted' && from !== null ? { before: from } : {}),
  };
  const keys = new Map(model.keys).set(keyId, next);
  return { ...model, keys, head: isNewHead ? keyId : model.head };
};

const withDefault = (before: Model, model: Model, line: Line): Model => {
  const { from, to, act } = line;
  demand(model.defaultState === from, `from ${model.defaultState}`, [line]);
  const moves = { activate: 'active>rotation', 'use-default': `${from}>active`, 'rotation-done': 'rotation>null' };
  demand(moves[act as keyof typeof moves] === `${from}>${to}`, 'in the table', [line]);
  if (act === 'use-default') demand(!isFrozen(before), 'reactivated first', [line]);
  return { ...model, defaultState: to as Model['defaultState'], head: to === 'active' ? null : model.head };
};

interface Row {
  readonly act: string;
  readonly from: readonly (MasterKeyState | null)[];
  readonly to: MasterKeyState | 'same' | 'undeleted';
  readonly of?: 'uploaded' | 'amazon';
  readonly by: 'person' | 'itself';
  /** Milliseconds in the state before: at least, and less than. */
  readonly least?: number;
  readonly most?: number;
}

/** Where a row leads from a state; an undeleted key's own past says where. */
const toOf = ({ to }: Row, from: MasterKeyState | null, given: MasterKeyState | null) => {
  if (to === 'undeleted') return given;
  return to === 'same' ? from : to;
};

/** "(RevokedByAmazon is re-probed only after Activate)". */
const undeleted = (before: MasterKeyState | undefined) => (before === 'revoked-by-amazon' ? 'locally-revoked' : before);

/** byok.md §4.2. */
const rows: readonly Row[] = [
  { act: 'upload', from: [null], to: 'pending', of: 'uploaded', by: 'person' },
  { act: 'upload', from: [null], to: 'active', of: 'uploaded', by: 'person' },
  { act: 'add', from: [null], to: 'pending', of: 'amazon', by: 'person' },
  { act: 'add', from: [null], to: 'active', of: 'amazon', by: 'person' },
  { act: 'activate', from: ['pending', ...revokedStates], to: 'active', by: 'person' },
  { act: 'activate', from: ['active'], to: 'rotation', by: 'person' },
  { act: 'use-default', from: ['active'], to: 'rotation', by: 'person' },
  { act: 'use-default', from: ['pending'], to: 'removed', by: 'person' },
  { act: 'rotation-done', from: ['rotation'], to: 'retired', of: 'uploaded', by: 'itself' },
  { act: 'rotation-done', from: ['rotation'], to: 'removed', of: 'amazon', by: 'itself' },
  { act: 'retire-done', from: ['retired'], to: 'removed', of: 'uploaded', by: 'itself', least: 7 * days },
  { act: 'revoke', from: ['active'], to: 'revoked', of: 'uploaded', by: 'person' },
  { act: 'revoke-locally', from: ['active', 'revoked-by-amazon'], to: 'locally-revoked', of: 'amazon', by: 'person' },
  { act: 'amazon-denied', from: ['active'], to: 'revoked-by-amazon', of: 'amazon', by: 'itself' },
  { act: 'amazon-denied', from: ['locally-revoked'], to: 'revoked-by-amazon', of: 'amazon', by: 'person' },
  { act: 'amazon-denied', from: ['pending', 'rotation'], to: 'same', of: 'amazon', by: 'itself' },
  { act: 'amazon-ok', from: ['revoked-by-amazon'], to: 'active', of: 'amazon', by: 'itself' },
  { act: 'amazon-ok', from: ['pending', 'rotation'], to: 'same', of: 'amazon', by: 'itself' },
  { act: 'delete', from: revokedStates, to: 'deleted', by: 'person' },
  { act: 'remove', from: ['pending'], to: 'removed', by: 'person' },
  { act: 'undelete', from: ['deleted'], to: 'undeleted', by: 'person', most: 30 * days },
  { act: 'purge', from: ['deleted'], to: 'removed', by: 'itself', least: 30 * days },
  { act: 'restore', from: ['removed'], to: 'revoked', of: 'uploaded', by: 'person' },
  { act: 'restore', from: ['removed'], to: 'locally-revoked', of: 'amazon', by: 'person' },
];

const demand = (holds: boolean, what: string, lines: readonly Line[]): void => {
  if (holds) return;
  const told = lines.map(({ keyId, from, to, act }) => `${act} ${keyId ?? 'default'} ${from} > ${to}`);
  throw new Error(`not ${what}: ${told.join('; ')}`);
};
