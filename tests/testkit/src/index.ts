// What tests need to run against real parts: an empty database, and later a whole constellation in one call.
export { database, type TestDatabase } from './database.ts';
