import { CloisterError } from '@cloister/wire';
import type { Store } from './store.ts';

/** Browsers have no folders: this stands in for the file store there, so that no `node:` import reaches a bundle. */
export const fileStore = (_folder: string): Store => {
  throw new CloisterError('client/storage', { detail: 'there are no folders here' });
};
