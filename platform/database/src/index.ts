/**
 * PostgreSQL for one realm: a pool that survives the database's restarts, transactions, migrations, typed SQL.
 * Never learns what rows mean; its errors carry no values, for PostgreSQL's quote them.
 * @see docs/wires.md §8
 */
export { type DatabaseConfig, databaseConfig } from './database-config.ts';
export { DatabaseError, type DatabaseFault } from './database-error.ts';
export type { Listener } from './listen-for.ts';
export { type Database, type DatabaseOptions, openDatabase } from './open-database.ts';
export { orConflict } from './or-conflict.ts';
export type { Queries } from './queries.ts';
export { type Sql, sql } from './sql.ts';
export type { TransactionOptions } from './transaction.ts';
