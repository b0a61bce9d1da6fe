import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { Constellation } from '@cloister/testkit';
import type pg from 'pg';
import { expect } from 'vitest';
import { inDatabase } from '../canary/databases.ts';

/** Everything one side holds of rooms, as text that can be compared. */
interface Half {
  /** `<room> <person> <is moderator>`: who may read. */
  readonly rights: readonly string[];
  /** `<room> <version>`: which keys a departure made stale. */
  readonly departures: readonly string[];
  /** `<operation> applied|refused`, with the receipt that says so. */
  readonly decisions: readonly string[];
}

const half = async (client: pg.Client, queries: Record<keyof Half, string>): Promise<Half> => {
  const lines = async (text: string) =>
    (await client.query<{ line: string }>(text)).rows.map(({ line }) => line).sort();
  return {
    rights: await lines(queries.rights),
    departures: await lines(queries.departures),
    decisions: await lines(queries.decisions),
  };
};

const coreQueries = {
  rights: `select room_id || ' ' || user_id || ' ' || moderator as line from memberships where suspended_at is null`,
  departures: `select id || ' ' || departure_version as line from rooms`,
  decisions: `select operation_id || ' ' || state || ' ' || coalesce(receipt, '') as line from intents`,
};

// What the key server refused without the core's knowledge decides nothing.
const kmsQueries = {
  rights: `select room_id || ' ' || subject_id || ' ' || moderator as line from resource_authorization join resource using (resource_id)
    where room_id is not null`,
  departures: `select room_id || ' ' || departure_version as line from resource where room_id is not null`,
  decisions: `select operation_id || ' ' || case when status < 400 then 'applied' else 'refused' end || ' ' || receipt as line
    from operation where kind <> 'message'`,
};

/** Positions 1 to head, each once, in every room that is or was. */
const gaps = `select r.id from rooms r left join activities a on a.room_id = r.id group by r.id
  having count(a.position) <> r.head or max(a.position) <> r.head or min(a.position) <> 1`;

const pending = `select kind || ' in ' || room_id as line from intents where state = 'pending'`;

/** Resolves when the core has decided everything that it wrote down. */
export const untilDecided = (all: Constellation, signal: AbortSignal): Promise<void> =>
  untilNone(all, 'core', (client) => client.query(pending), signal);

type Ask = (client: pg.Client) => Promise<pg.QueryResult<{ line: string }>>;

const untilNone = async (all: Constellation, database: string, ask: Ask, signal: AbortSignal): Promise<void> => {
  let last = 'the database does not answer';
  while (!signal.aborted) {
    try {
      const { rows } = await inDatabase(all, database, ask);
      if (rows.length === 0) return;
      last = rows.map(({ line }) => line).join(', ');
    } catch {
      // PostgreSQL starts again.
    }
    await pause(50);
  }
  throw new Error(`still pending in ${database}: ${last}`);
};

const memberOf = {
  core: `select room_id as line from memberships where user_id = $1 and room_id = any($2::uuid[])`,
  // A removal that the core is still to be told of is not over.
  kms: `select room_id as line from resource join resource_authorization using (resource_id)
    where subject_id = $1 and room_id = any($2::uuid[])
    union all select room_id from resource join leaver_removal using (resource_id)
    where subject_id = $1 and room_id = any($2::uuid[]) and undelivered`,
};

/** Resolves when this side has the person in none of the rooms any more, by itself. */
export const untilRemoved = async (
  all: Constellation,
  side: keyof typeof memberOf,
  person: string,
  roomIds: readonly string[],
  signal: AbortSignal,
): Promise<void> => {
  const database = { core: 'core', kms: 'acme_kms' }[side];
  await untilNone(all, database, (client) => client.query(memberOf[side], [person, roomIds]), signal);
};

/**
 * Core and key servers say the same of every room there is: people, departures, decisions and their receipts. Each room is
 * at home at one key server, and no other holds anything of these.
 */
export const checkHalves = async (all: Constellation, keyServers: readonly string[] = ['acme_kms']): Promise<void> => {
  const core = await inDatabase(all, 'core', (client) => half(client, coreQueries));
  const homes = await Promise.all(
    keyServers.map((database) => inDatabase(all, database, (client) => half(client, kmsQueries))),
  );
  for (const what of ['rights', 'departures', 'decisions'] as const) {
    expect(core[what], what).toEqual(homes.flatMap((home) => home[what]).sort());
  }
  const broken = await inDatabase(all, 'core', (client) => client.query(gaps));
  expect(broken.rows).toEqual([]);
  const log = readFileSync(all.deployment.layout.log('core'), 'utf8');
  expect(log.split('\n').filter((line) => /receipt\.(chain-broken|mismatch)/.test(line))).toEqual([]);
};
