import type { Database } from '@cloister/database';

/** A way to be wrong, planted by the test itself; the answer takes it out again. */
export interface Planted {
  readonly name: string;
  readonly plant: (real: Database) => Promise<() => Promise<void>>;
}

/** The nodes' own statements, and something else than they say. */
const withTrigger = (name: string, on: string, body: string): Planted => ({
  name,
  plant: async (real) => {
    const say = (text: string) => real.withClient((client) => client.query(text));
    await say(`create function planted() returns trigger language plpgsql as $$ begin ${body} return new; end $$`);
    await say(`create trigger planted before ${on} for each row execute function planted()`);
    return async () => {
      await say('drop function planted() cascade');
    };
  },
});

export const plantedFaults: readonly Planted[] = [
  withTrigger(
    'a rotation that writes down another main key and leaves the KEK as it was',
    'update on kek',
    'new.wrapped := old.wrapped;',
  ),
  withTrigger(
    'a revocation that turns nothing off',
    'update on organisation_keys',
    'new.is_frozen := false; new.frozen_at := null; new.effective_at := null;',
  ),
  withTrigger(
    'a rotation that is said to be done before it is',
    'update on master_key',
    `if new.state = 'rotation' and old.state = 'active' then
      new.state := 'retired'; new.rotation_started_at := null; new.rotation_total := null;
      new.retire_at := new.state_changed_at + interval '7 days';
    end if;`,
  ),
  withTrigger(
    'search keys that are lost when their KEK moves to another main key',
    'update on kek',
    'delete from search_key where kek_id = new.kek_id;',
  ),
  withTrigger(
    'search keys that a revocation destroys',
    'update on organisation_keys',
    'if new.is_frozen then delete from search_key where organisation_id = new.organisation_id; end if;',
  ),
  withTrigger(
    'search keys that end with their month',
    'insert on search_key',
    'delete from search_key where epoch < new.epoch;',
  ),
];
