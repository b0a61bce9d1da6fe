import { type Database, sql } from '@cloister/database';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../testing/open-test-database.ts';
import { whileLeading } from './lead.ts';

let database: Database;
let drop: () => Promise<void>;
beforeAll(async () => {
  ({ database, drop } = await openTestDatabase());
});
afterAll(() => drop());

const never = new AbortController().signal;
const pause = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('indexers of one organisation', () => {
  it('work one at a time; the next takes over when the first is done', async () => {
    const order: string[] = [];
    const first = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const leading = whileLeading({ database, stop: never, pause, standsBy: () => {} }, async () => {
      order.push('first begins');
      begun.resolve();
      await first.promise;
      order.push('first ends');
    });
    await begun.promise;
    const standsBy = () => {
      order.push('second stands by');
      first.resolve();
    };
    await whileLeading({ database, stop: never, pause, standsBy }, async () => {
      order.push('second begins');
    });
    await leading;
    expect(order).toEqual(['first begins', 'second stands by', 'first ends', 'second begins']);
  });

  it('stop when the connection breaks that the lead hangs on', async () => {
    const work = async (signal: AbortSignal) => {
      const ended = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      await database.execute(sql`
        select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and pid <> pg_backend_pid()
          and database = (select oid from pg_database where datname = current_database())`);
      await ended;
    };
    const leading = whileLeading({ database, stop: never, pause, standsBy: () => {} }, work);
    await expect(leading).rejects.toMatchObject({ code: 'platform/database' });
  });

  it('stop standing by when told, and pass on why the work failed', async () => {
    const fault = new RangeError('a fault of ours');
    const stop = new AbortController();
    const failing = whileLeading({ database, stop: never, pause, standsBy: () => {} }, async () => {
      const standsBy = () => stop.abort();
      await whileLeading({ database, stop: stop.signal, pause, standsBy }, async () => expect.unreachable());
      throw fault;
    });
    await expect(failing).rejects.toBe(fault);
  });
});
