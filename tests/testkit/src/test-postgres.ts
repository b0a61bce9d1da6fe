/** Set by the global set-up, read by `database()`: where the run's PostgreSQL is. */
export const testPostgresVariable = 'CLOISTER_TEST_POSTGRES';

export interface TestPostgres {
  /** Folder of the unix socket. */
  readonly host: string;
  /** Password of `postgres`. */
  readonly password: string;
}

export function testPostgres(): TestPostgres {
  const text = process.env[testPostgresVariable];
  if (text === undefined) throw new Error('the tests run through vitest, whose global set-up starts PostgreSQL');
  return JSON.parse(text);
}
