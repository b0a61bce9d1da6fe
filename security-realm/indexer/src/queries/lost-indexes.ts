import { CloisterError } from '@cloister/wire';
import type { IndexName } from '../counters/counter-row.ts';

/** Indexes in the core whose counters are not known: nobody can ask them any more. */
export class LostIndexes extends CloisterError {
  readonly indexes: readonly IndexName[];

  constructor(indexes: readonly IndexName[]) {
    super('core/search-unavailable', { detail: 'an index is made anew' });
    this.indexes = indexes;
  }
}
