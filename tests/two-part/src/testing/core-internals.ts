// What the core is put together from, without its sockets: only this file reaches behind the package's door.
export type { CoreConfig } from '../../../../core-realm/core/src/config.ts';
export type { Asker } from '../../../../core-realm/core/src/domain/asker.ts';
export { contentEntry } from '../../../../core-realm/core/src/domain/new-entry.ts';
export { openContext, type Parts } from '../../../../core-realm/core/src/open-context.ts';
export { SearchIndex } from '../../../../core-realm/core/src/search/index/index.ts';
export { readActivities } from '../../../../core-realm/core/src/store/activities.ts';
export { findRoom } from '../../../../core-realm/core/src/store/find-rooms.ts';

/** The folder of the core's migrations. */
export const coreMigrations = new URL('../../../../core-realm/core/migrations/', import.meta.url);
