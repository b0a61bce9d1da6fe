import { CloisterError } from '@cloister/wire';

type Listed = { readonly subjectId: string; readonly moderator: boolean };

/**
 * "Exclusive right to change … member list" (R447): once a resource has a moderator, only moderators change its list and
 * its moderators. Before, everybody on the list may. That everybody may leave is decided where people are removed.
 * @throws CloisterError `kms/moderators-only`
 */
export const checkModeration = (list: readonly Listed[], personId: string): void => {
  const moderators = list.filter(({ moderator }) => moderator);
  if (moderators.length > 0 && moderators.every(({ subjectId }) => subjectId !== personId)) {
    throw new CloisterError('kms/moderators-only');
  }
};
