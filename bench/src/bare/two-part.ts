import { randomBytes, randomUUID } from 'node:crypto';
import type { Constellation } from '@cloister/testkit';
import pg from 'pg';
import { superuser } from '../load/superuser.ts';

export interface BareTwoPart {
  /** One change of a room that no other change is at, nothing checked, sealed or signed. */
  change(): Promise<void>;
  close(): Promise<void>;
}

const statements = [
  'DROP TABLE IF EXISTS bench_room, bench_member, bench_intent, bench_entry, bench_resource, bench_right, bench_operation, bench_chain',
  'CREATE TABLE bench_room (id uuid PRIMARY KEY, head bigint NOT NULL DEFAULT 0) WITH (fillfactor = 60)',
  'CREATE TABLE bench_member (room uuid NOT NULL, person uuid NOT NULL, PRIMARY KEY (room, person))',
  'CREATE TABLE bench_intent (id text PRIMARY KEY, state text NOT NULL, request text NOT NULL, receipt text)',
  'CREATE TABLE bench_entry (room uuid NOT NULL, position bigint NOT NULL, entry text NOT NULL, PRIMARY KEY (room, position))',
  'CREATE TABLE bench_resource (id uuid PRIMARY KEY, version bigint NOT NULL DEFAULT 1, last text) WITH (fillfactor = 60)',
  'CREATE TABLE bench_right (resource uuid NOT NULL, person uuid NOT NULL, PRIMARY KEY (resource, person))',
  'CREATE TABLE bench_operation (id text PRIMARY KEY, result bytea NOT NULL, receipt text NOT NULL)',
  'CREATE TABLE bench_chain (id bigserial PRIMARY KEY, entry text NOT NULL)',
];

/**
 * The transactions a two-part change needs and no more: the intent; at the key server the right, the kept result and the
 * audit line; the core's half with its entry. Each in the order and with the row locks that make it safe.
 */
export async function bareTwoPart(all: Constellation, rooms: number): Promise<BareTwoPart> {
  const pool = new pg.Pool({ ...superuser(all), database: 'postgres', max: rooms * 2 });
  for (const statement of statements) await pool.query(statement);
  const ids = Array.from({ length: rooms }, () => randomUUID());
  for (const id of ids) {
    await pool.query('INSERT INTO bench_room (id) VALUES ($1)', [id]);
    await pool.query('INSERT INTO bench_resource (id) VALUES ($1)', [id]);
  }
  const person = randomUUID();
  const request = randomBytes(900).toString('base64');
  const receipt = randomBytes(600).toString('base64');
  const result = randomBytes(400);
  const present = new Set<string>();

  const transaction = async (
    work: (ask: (name: string, text: string, values: unknown[]) => Promise<unknown>) => unknown,
  ) => {
    const client = await pool.connect();
    try {
      await client.query('BEGIN');
      await work((name, text, values) => client.query({ name, text, values }));
      await client.query('COMMIT');
    } finally {
      client.release();
    }
  };

  return {
    change: async () => {
      const room = ids.shift();
      if (room === undefined) throw new Error('more workers than rooms');
      const operation = randomBytes(32).toString('hex');
      const adds = !present.has(room);
      await transaction(async (ask) => {
        await ask('lock', 'SELECT head FROM bench_room WHERE id = $1 FOR UPDATE', [room]);
        await ask('intent', "INSERT INTO bench_intent VALUES ($1, 'pending', $2)", [operation, request]);
      });
      await transaction(async (ask) => {
        await ask('resource', 'SELECT version FROM bench_resource WHERE id = $1 FOR UPDATE', [room]);
        if (adds) await ask('right', 'INSERT INTO bench_right VALUES ($1, $2)', [room, person]);
        else await ask('no-right', 'DELETE FROM bench_right WHERE resource = $1 AND person = $2', [room, person]);
        await ask('version', 'UPDATE bench_resource SET version = version + 1, last = $2 WHERE id = $1', [
          room,
          receipt,
        ]);
        await ask('operation', 'INSERT INTO bench_operation VALUES ($1, $2, $3)', [operation, result, receipt]);
        await ask('chain', 'INSERT INTO bench_chain (entry) VALUES ($1)', [receipt]);
      });
      await transaction(async (ask) => {
        await ask('decide', "UPDATE bench_intent SET state = 'applied', receipt = $2 WHERE id = $1", [
          operation,
          receipt,
        ]);
        await ask('head', 'UPDATE bench_room SET head = head + 1 WHERE id = $1', [room]);
        if (adds) await ask('member', 'INSERT INTO bench_member VALUES ($1, $2)', [room, person]);
        else await ask('no-member', 'DELETE FROM bench_member WHERE room = $1 AND person = $2', [room, person]);
        const entry = 'INSERT INTO bench_entry SELECT id, head, $2 FROM bench_room WHERE id = $1';
        await ask('entry', entry, [room, request]);
      });
      if (adds) present.add(room);
      else present.delete(room);
      ids.push(room);
    },
    close: () => pool.end(),
  };
}
