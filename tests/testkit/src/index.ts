// What tests need to run against real parts: an empty database, and a whole constellation of servers in one call.
// It knows every secret of what it starts, since it makes them; nothing of it ships.
export { type Constellation, type ConstellationOptions, constellation } from './constellation.ts';
export { database, type TestDatabase } from './database.ts';
export { type FreshToken, freshToken, hasToken, type TokenKind } from './fresh-token.ts';
