import { isStale, type StatusView } from '@cloister/verify';
import { CloisterError, type KmsHost, type OrganisationId } from '@cloister/wire';

/** Which other key servers there are, by identity's word alone (wires.md §13): what it does not name does not exist. */
export type Directory = {
  /** @throws CloisterError `kms/unavailable` when identity's word is too old to go by */
  realm(kmsHost: KmsHost): { readonly organisationIds: readonly OrganisationId[] } | null;
};

/** The directory as identity's feed tells it, without this realm itself. */
export const directoryOf = (
  kmsHost: KmsHost,
  status: Pick<StatusView, 'age' | 'realm'>,
  now: () => Date,
): Directory => ({
  realm: (asked) => {
    if (isStale(status, now().getTime())) throw new CloisterError('kms/unavailable');
    return asked === kmsHost ? null : status.realm(asked);
  },
});
