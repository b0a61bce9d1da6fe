import { CloisterError } from '@cloister/wire';
import type { ClaimedFolder } from './claim-folder.ts';
import type { Store } from './store.ts';

const absent = () => new CloisterError('client/storage', { detail: 'there are no folders here' });

/** Browsers have no folders: these stand in there. */
export const fileStore = (_folder: string): Store => {
  throw absent();
};

export const claimFolder = async (_prefix: string): Promise<ClaimedFolder> => {
  throw absent();
};
