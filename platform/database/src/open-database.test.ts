import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from './open-database.ts';
import { orConflict } from './or-conflict.ts';
import { sql } from './sql.ts';
import { type OwnPostgres, ownPostgres } from './testing/own-postgres.ts';

let postgres: OwnPostgres;
let database: Database;

beforeAll(async () => {
  postgres = await ownPostgres();
  database = openDatabase({ ...postgres.config, max: 4, acquireTimeoutMs: 30_000 });
});
afterAll(async () => {
  await database.close();
  await postgres.remove();
});
afterEach(async () => {
  await database.execute(sql`drop table if exists person, counter`);
});

describe('queries', () => {
  it('returns rows, one row, perhaps a row, or how many were touched', async () => {
    expect(await database.rows(sql<{ n: number }>`select n::bigint as n from generate_series(1, 3) n`)).toEqual([
      { n: 1 },
      { n: 2 },
      { n: 3 },
    ]);
    expect(await database.one(sql<{ n: number }>`select ${7}::int as n`)).toEqual({ n: 7 });
    expect(await database.maybe(sql`select 1 where false`)).toBeNull();
    await database.execute(sql`create table counter (n int)`);
    expect(await database.execute(sql`insert into counter select generate_series(1, 5)`)).toBe(5);
  });

  it('refuses another number of rows than promised', async () => {
    await expect(database.one(sql`select 1 where false`)).rejects.toMatchObject({ fault: 'row-count' });
    await expect(database.one(sql`select generate_series(1, 2)`)).rejects.toMatchObject({ fault: 'row-count' });
    await expect(database.maybe(sql`select generate_series(1, 2)`)).rejects.toMatchObject({ fault: 'row-count' });
  });

  it('never rounds a bigint', async () => {
    expect(await database.one(sql`select 9007199254740991::bigint as n`)).toEqual({ n: Number.MAX_SAFE_INTEGER });
    await expect(database.one(sql`select 9007199254740993::bigint as n`)).rejects.toMatchObject({
      code: 'platform/internal',
    });
    expect(await database.one(sql`select 1::bigint as n`)).toEqual({ n: 1 });
  });

  it('prepares a named statement once a connection', async () => {
    const statement = (n: number) => sql.prepared<{ n: number }>`select ${n}::int + 1 as n`;
    const prepared = await database.transaction(async (tx) => {
      expect(await tx.one(statement(1))).toEqual({ n: 2 });
      expect(await tx.one(statement(2))).toEqual({ n: 3 });
      return tx.rows(sql<{ name: string }>`select name from pg_prepared_statements where name = ${statement(1).name}`);
    });
    expect(prepared).toHaveLength(1);
  });

  it('keeps what a row holds out of every error (R422)', async () => {
    await database.execute(sql`create table person (email text primary key, age int check (age > 0) not null)`);
    await database.execute(sql`insert into person values ('alice@acme.example', 3)`);
    const failures = [
      sql`insert into person values (${'alice@acme.example'}, 1)`,
      sql`insert into person values ('alice2@acme.example', -1)`,
      sql`insert into person values ('alice3@acme.example', null)`,
      sql`insert into person values ('alice4@acme.example', 'alice@acme.example')`,
      sql`select 'alice@acme.example'::int`,
    ];
    const errors = await Promise.all(
      failures.map((statement) =>
        database.execute(statement).then(
          () => expect.unreachable(),
          (error: unknown) => error,
        ),
      ),
    );
    expect(errors.map((error) => (error as { fault: string }).fault)).toEqual([
      'unique',
      'check',
      'not-null',
      'other',
      'other',
    ]);
    for (const error of errors) {
      const everything = `${String(error)} ${(error as Error).stack} ${JSON.stringify(error, Object.getOwnPropertyNames(error))}`;
      expect(everything).not.toContain('alice');
      expect((error as Error).cause).toBeUndefined();
    }
  });

  it('tells a value that no column can hold from a fault of the server', async () => {
    await expect(database.execute(sql`select ${'a\0b'}::text`)).rejects.toMatchObject({
      fault: 'invalid-value',
      status: 400,
    });
    await expect(database.execute(sql`select ${'{"a":"\\u0000"}'}::jsonb`)).rejects.toMatchObject({
      fault: 'invalid-value',
    });
  });

  it('tells which unique constraint was in the way, as an answer', async () => {
    await database.execute(sql`create table person (email text constraint one_address unique)`);
    const insert = () => orConflict(database.execute(sql`insert into person values ('a')`));
    expect(await insert()).toEqual({ ok: true, value: 1 });
    expect(await insert()).toEqual({ ok: false, constraint: 'one_address' });
    await expect(orConflict(database.execute(sql`select nonsense`))).rejects.toMatchObject({ fault: 'other' });
  });
});

describe('transaction', () => {
  it('commits what resolves and undoes what throws', async () => {
    await database.execute(sql`create table counter (n int)`);
    const count = async () => (await database.one(sql<{ n: number }>`select count(*) as n from counter`)).n;
    expect(await database.transaction(async (tx) => tx.execute(sql`insert into counter values (1)`))).toBe(1);
    expect(await count()).toBe(1);
    const failing = database.transaction(async (tx) => {
      await tx.execute(sql`insert into counter values (2)`);
      throw new TypeError('a fault of the caller');
    });
    // As itself: a fault of our own must not look like a database that is away for a moment.
    await expect(failing).rejects.toThrow(new TypeError('a fault of the caller'));
    expect(await count()).toBe(1);
  });

  it('does not report success when a statement failed and its error was swallowed', async () => {
    await database.execute(sql`create table counter (n int)`);
    const swallowing = database.transaction(async (tx) => {
      await tx.execute(sql`insert into counter values (1)`);
      await tx.execute(sql`select nonsense`).catch(() => undefined);
    });
    await expect(swallowing).rejects.toMatchObject({ fault: 'other' });
    expect(await database.rows(sql`select * from counter`)).toEqual([]);
  });

  it('runs again after a serialization failure, so that no increment is lost', async () => {
    await database.execute(sql`create table counter (n int)`);
    await database.execute(sql`insert into counter values (0)`);
    let runs = 0;
    const both = Promise.withResolvers<void>();
    const increment = () =>
      database.transaction(
        async (tx) => {
          const { n } = await tx.one(sql<{ n: number }>`select n from counter`);
          // Both have read before either writes, so one of the two must fail and run again.
          if (++runs === 2) both.resolve();
          await both.promise;
          await tx.execute(sql`update counter set n = ${n + 1}`);
        },
        { isolation: 'serializable' },
      );
    await Promise.all([increment(), increment()]);
    expect(await database.one(sql`select n from counter`)).toEqual({ n: 2 });
    expect(runs).toBe(3);
  });

  it('gives up after the allowed number of runs', async () => {
    await database.execute(sql`create table counter (n int)`);
    await database.execute(sql`insert into counter values (0)`);
    let runs = 0;
    const losing = database.transaction(
      async (tx) => {
        runs++;
        await tx.one(sql`select n from counter`);
        await database.execute(sql`update counter set n = n + 1`);
        await tx.execute(sql`update counter set n = n + 1`);
      },
      { isolation: 'repeatable read', retries: 1 },
    );
    await expect(losing).rejects.toMatchObject({ fault: 'serialization', code: 'platform/database' });
    expect(runs).toBe(2);
  });
});

describe('a database that goes away', () => {
  it('is used again after it was killed and restarted, without a restart of the process', async () => {
    await database.execute(sql`create table counter (n int)`);
    // Idle connections in the pool at the moment of the kill.
    await Promise.all([1, 2, 3, 4].map(() => database.one(sql`select pg_sleep(0.01)`)));
    await postgres.server.kill('SIGKILL');
    expect(await openAndAsk()).toBe(false);
    await postgres.server.start();
    expect(await untilItAnswers()).toEqual({ n: 0 });
    expect(await database.answers()).toBe(true);
  });

  it('makes a query wait for a restart instead of failing', async () => {
    await postgres.server.kill('SIGINT');
    const patient = openDatabase({ ...postgres.config, acquireTimeoutMs: 60_000 });
    const waiting = patient.one(sql`select 1 as n`);
    await postgres.server.start();
    expect(await waiting).toEqual({ n: 1 });
    await patient.close();
  });

  it('gives up a server that stands still, and never takes its late answer for that to another question', async () => {
    const hasty = openDatabase({ ...postgres.config, max: 1, answerTimeoutMs: 200 });
    const { pid } = await hasty.one(sql<{ pid: number }>`select pg_backend_pid() as pid`);
    process.kill(pid, 'SIGSTOP');
    try {
      await expect(hasty.one(sql`select 1 as n`)).rejects.toMatchObject({ fault: 'unavailable' });
      expect(await hasty.one(sql`select 2 as n`)).toEqual({ n: 2 });
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await hasty.close();
  });

  it('gives up a transaction whose server stands still, at once', async () => {
    const hasty = openDatabase({ ...postgres.config, max: 1, answerTimeoutMs: 200 });
    let stopped = 0;
    const transaction = hasty.transaction(async (tx) => {
      stopped = (await tx.one(sql<{ pid: number }>`select pg_backend_pid() as pid`)).pid;
      process.kill(stopped, 'SIGSTOP');
      await tx.execute(sql`select 1`);
    });
    await expect(transaction).rejects.toMatchObject({ fault: 'unavailable' });
    process.kill(stopped, 'SIGCONT');
    await hasty.close();
  });

  it('rejects the transaction that was open, and nothing of it stays', async () => {
    await database.execute(sql`create table counter (n int)`);
    const open = Promise.withResolvers<number>();
    const killed = Promise.withResolvers<void>();
    const transaction = database.transaction(async (tx) => {
      await tx.execute(sql`insert into counter values (1)`);
      open.resolve((await tx.one(sql<{ pid: number }>`select pg_backend_pid() as pid`)).pid);
      await killed.promise;
      await tx.execute(sql`insert into counter values (2)`);
    });
    const backend = await open.promise;
    await postgres.server.kill('SIGKILL');
    // A backend outlives its server by the moment it takes to notice, and could still commit in it.
    endIfAlive(backend);
    killed.resolve();
    await expect(transaction).rejects.toMatchObject({ fault: 'unavailable', code: 'platform/database' });
    await postgres.server.start();
    expect(await untilItAnswers()).toEqual({ n: 0 });
  });

  /** A statement that was already on its way may fail once with each broken connection; then new ones serve. */
  async function untilItAnswers(): Promise<unknown> {
    for (let attempt = 0; attempt < 10; attempt++) {
      try {
        return await database.one(sql`select count(*) as n from counter`);
      } catch (error) {
        expect(error).toMatchObject({ fault: 'unavailable' });
      }
    }
    return expect.unreachable();
  }

  function endIfAlive(pid: number): void {
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      expect(error).toMatchObject({ code: 'ESRCH' });
    }
  }

  async function openAndAsk(): Promise<boolean> {
    const hasty = openDatabase({ ...postgres.config, acquireTimeoutMs: 50 });
    await expect(hasty.one(sql`select 1`)).rejects.toMatchObject({ code: 'platform/database' });
    const answer = await hasty.answers();
    await hasty.close();
    return answer;
  }
});

describe('listen', () => {
  it('wakes for a notification and, after a restart of the database, again', async () => {
    const wakes: string[] = [];
    let signal = Promise.withResolvers<void>();
    const waitFor = async (payload: string) => {
      while (!wakes.includes(payload)) {
        await signal.promise;
        signal = Promise.withResolvers<void>();
      }
      wakes.length = 0;
    };
    const listener = await database.listen('rooms', (payload) => {
      wakes.push(payload);
      signal.resolve();
    });
    await waitFor('');
    await database.execute(sql`select pg_notify('rooms', 'first')`);
    await waitFor('first');
    const gone = once(postgres.server.process ?? process, 'exit');
    await postgres.server.kill('SIGKILL');
    await gone.catch(() => undefined);
    await postgres.server.start();
    await waitFor('');
    await database
      .execute(sql`select pg_notify('rooms', 'second')`)
      .catch(() => database.execute(sql`select pg_notify('rooms', 'second')`));
    await waitFor('second');
    await listener.stop();
  });

  it('refuses a channel that is no plain word', async () => {
    await expect(database.listen('x; drop table room', () => undefined)).rejects.toMatchObject({
      code: 'platform/internal',
    });
  });
});
