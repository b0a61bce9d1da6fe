import { CloisterError } from '@cloister/wire';
import type { PostRow } from '../store/post-statement.ts';

/**
 * What became of a post: stored, a repeat of one stored before, to be asked again because the room
 * changed meanwhile, or to be asked again after a count of its key's entries.
 */
export type PostOutcome =
  | { readonly kind: 'stored'; readonly position: number }
  | { readonly kind: 'uncounted' }
  | { readonly kind: 'repeat' }
  | { readonly kind: 'again' };

/**
 * Reads the database's findings in the order that tells a stranger nothing.
 * @throws CloisterError the published refusals of kms.md §3.6
 */
export const decidePost = (row: PostRow, edits: boolean, hasParent: boolean, isAuthor: boolean): PostOutcome => {
  if (!row.member) throw new CloisterError('core/not-found');
  if (row.suspended)
    throw new CloisterError('core/conflict', { detail: 'Your removal from this room is being decided.' });
  if (row.duplicate !== null) return { kind: 'repeat' };
  // R314: the core enforces rotation; which of the three codes decides what a published client does next.
  if (!row.keyKnown) throw new CloisterError('core/key-unknown');
  if (row.keyStale) throw new CloisterError(row.defaultFresh ? 'core/key-stale' : 'core/rotation-required');
  if (hasParent && row.parentActor === null)
    throw new CloisterError('core/not-found', { detail: 'The message this belongs to is not there.' });
  if (edits && !isAuthor) throw new CloisterError('core/forbidden', { detail: 'Only its author may edit a message.' });
  if (row.keyUncounted) return { kind: 'uncounted' };
  return row.position === null ? { kind: 'again' } : { kind: 'stored', position: row.position };
};
