/**
 * The blind core: rooms and their logs, devices, events, files, and the relay between clients and their key servers.
 * It never learns a content key, a plaintext, a name, an e-mail address or a key server's token.
 * @see docs/wires.md §1-§4, §6; protocol/kms.md §1.1, §1.7, §3
 */
export { type CoreConfig, configSchema } from './config.ts';
export { type Core, type CoreOptions, startCore } from './core.ts';
export {
  type SearchEnd,
  type SearchHit,
  SearchIndex,
  type SearchIndexOptions,
  type SearchRequest,
} from './search/index/index.ts';

/** The folder of migrations, for a database that bench or a test opens itself. */
export const migrations = new URL('../migrations/', import.meta.url);
