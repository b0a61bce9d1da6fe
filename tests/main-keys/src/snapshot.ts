import { type Database, sql } from '@cloister/database';
import type { MasterKeyState } from '@cloister/wire';

/** Main keys and KEKs of the organisation, as one statement saw them. */
export interface Snapshot {
  /** The step of the run. */
  readonly step: number;
  readonly epoch: number;
  readonly isFrozen: boolean;
  /** Whether the revocation was proven on every node. */
  readonly isEffective: boolean;
  readonly head: string | null;
  readonly defaultRole: 'active' | 'rotation' | 'idle';
  readonly states: Readonly<Record<string, MasterKeyState>>;
  /** Of the main keys that are at Amazon. */
  readonly arns: Readonly<Record<string, string>>;
  /** The main key that each content KEK is under. */
  readonly keks: Readonly<Record<string, string>>;
}

export const takeSnapshot = async (real: Database, organisationId: string, step: number): Promise<Snapshot> => {
  const row = await real.one(sql<Omit<Snapshot, 'step'>>`
    select coalesce(o.epoch, 0) as epoch, coalesce(o.is_frozen, false) as "isFrozen",
      o.effective_at is not null as "isEffective", o.head_key_id::text as head,
      coalesce(o.default_role, 'active') as "defaultRole",
      (select coalesce(jsonb_object_agg(key_id, state), '{}') from master_key where organisation_id = id) as states,
      (select coalesce(jsonb_object_agg(key_id, arn) filter (where arn is not null), '{}') from master_key
        where organisation_id = id) as arns,
      (select coalesce(jsonb_object_agg(kek_id || '.' || version, hsm_key_id), '{}') from kek
        where organisation_id = id and level = 'content') as keks
    from (select ${organisationId}::uuid as id) asked left join organisation_keys o on o.organisation_id = id`);
  return { ...row, step };
};

/** The state of the main key that a KEK is under; `default` is the realm's own. */
const stateOf = ({ states, defaultRole, head }: Snapshot, keyId: string) => {
  const state = states[keyId];
  if (state === undefined) return `default ${defaultRole}`;
  return state === 'removed' && keyId === head ? 'removed head' : state;
};

/** Where a KEK may be: nothing that destroys a key may leave one behind (byok.md §4.2). */
const mayHold = new Set([
  'default active',
  'default rotation',
  'active',
  'rotation',
  'revoked',
  'locally-revoked',
  'revoked-by-amazon',
  'deleted',
  'removed head',
]);
const rotating = new Set(['default rotation', 'rotation']);

/** @throws when KEKs are where they must not be, or came where only others may come */
export const checkSnapshots = (snapshots: readonly Snapshot[]): void => {
  for (const [index, now] of snapshots.entries()) {
    const wrong = Object.entries(now.keks).filter(([, keyId]) => !mayHold.has(stateOf(now, keyId)));
    demand(wrong.length === 0, `KEKs under ${wrong.map(([, keyId]) => stateOf(now, keyId))}`, now);
    const before = snapshots[index - 1];
    if (before === undefined || now.step < before.step) continue;
    const come = Object.entries(now.keks).filter(([kek, keyId]) => before.keks[kek] !== keyId);
    demand(
      Object.keys(before.keks).every((kek) => now.keks[kek] !== undefined),
      'a KEK was lost',
      now,
    );
    const isOff = before.isFrozen && now.isFrozen && before.epoch === now.epoch;
    demand(!isOff || come.length === 0, 'KEKs were made or moved while the main key was off', now);
    const late = come.filter(([, id]) => rotating.has(stateOf(now, id)) && rotating.has(stateOf(before, id)));
    demand(late.length === 0, 'KEKs came under a main key in rotation', now);
  }
};

const demand = (holds: boolean, what: string, { step }: Snapshot): void => {
  if (!holds) throw new Error(`${what} (after step ${step})`);
};
