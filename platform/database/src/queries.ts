import type { ClientBase } from 'pg';
import { asDatabaseError, DatabaseError } from './database-error.ts';
import type { Sql } from './sql.ts';

/** What one can ask a database or an open transaction. Every method throws `DatabaseError`. */
export type Queries = {
  /** All rows. */
  rows<Row>(statement: Sql<Row>): Promise<Row[]>;
  /** Exactly one row, else `row-count`. */
  one<Row>(statement: Sql<Row>): Promise<Row>;
  /** The only row, or null when there is none. */
  maybe<Row>(statement: Sql<Row>): Promise<Row | null>;
  /** How many rows the statement touched. */
  execute(statement: Sql<unknown>): Promise<number>;
};

type Run = <T>(work: (client: ClientBase) => Promise<T>) => Promise<T>;

/** The same four questions for a pool (a client each) and a transaction (always the same client). */
export function queriesOver(run: Run): Queries {
  const ask = async <Row>(statement: Sql<Row>) => run((client) => send(client, statement));
  return {
    rows: async (statement) => (await ask(statement)).rows,
    one: async (statement) => {
      const { rows } = await ask(statement);
      const [first] = rows;
      if (rows.length !== 1 || first === undefined) throw new DatabaseError('row-count');
      return first;
    },
    maybe: async (statement) => {
      const { rows } = await ask(statement);
      if (rows.length > 1) throw new DatabaseError('row-count');
      return rows[0] ?? null;
    },
    execute: async (statement) => (await ask(statement)).rowCount,
  };
}

async function send<Row>(
  client: ClientBase,
  { text, values, name }: Sql<Row>,
): Promise<{ rows: Row[]; rowCount: number }> {
  try {
    const result = await client.query({ text, values: [...values], ...(name === undefined ? {} : { name }) });
    return { rows: result.rows as Row[], rowCount: result.rowCount ?? 0 };
  } catch (error) {
    throw asDatabaseError(error);
  }
}
