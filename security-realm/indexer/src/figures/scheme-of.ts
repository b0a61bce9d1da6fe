import type { BatchSettings } from '../batches/make-batch.ts';
import type { Scheme } from './observed-index.ts';

/** The scheme that an indexer of these settings follows. */
export const schemeOf = ({ bucket, noise }: BatchSettings): Scheme => ({
  bucket,
  noise,
  padding: true,
  searchedBuckets: true,
});
