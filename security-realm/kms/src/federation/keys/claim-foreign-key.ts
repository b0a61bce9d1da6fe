import type { Queries } from '@cloister/database';
import { CloisterError, hostOf, type KeyUri, type OrganisationId } from '@cloister/wire';
import type { KmsContext } from '../../context.ts';
import type { Asked } from '../../domain/asked.ts';
import type { ResourceRow } from '../../store/resource-row.ts';
import { bindForeignKey, countBindings } from '../store/foreign-binding-row.ts';

/** Keys of one realm for one resource: what its people can have kept for good. A key a day of 25 devices for ten years. */
const MOST = 100_000;

/**
 * Binds a key that the asker's own key server made to a resource here, by half of a change alone. That key server alone can
 * give it; what is kept here is whose it is, and since which version of the list (R333).
 * @throws CloisterError `kms/not-authorized`, `kms/conflict`
 */
export const claimForeignKey = async (
  { status, now }: Pick<KmsContext, 'status' | 'now'>,
  tx: Queries,
  { caller, part }: Pick<Asked, 'caller' | 'part'>,
  keyUri: KeyUri,
  resource: ResourceRow,
): Promise<void> => {
  const { resourceId, listVersion, departureVersion } = resource;
  const theirs = status.realmOf(caller.organisationId as OrganisationId);
  if (part.kind === 'message' || theirs !== hostOf(keyUri)) {
    throw new CloisterError('kms/not-authorized', { detail: 'only its maker binds a key' });
  }
  const asked = { keyUri, resourceId, creatorId: caller.personId, boundAt: now(), boundVersion: listVersion };
  const bound = await bindForeignKey(tx, asked);
  if ((await countBindings(tx, resourceId, theirs, MOST + 1)) > MOST) {
    throw new CloisterError('kms/too-many', { detail: 'keys of that key server for this resource' });
  }
  if (bound.resourceId !== resourceId) {
    throw new CloisterError('kms/conflict', { detail: 'the key is bound to another resource' });
  }
  if (bound.creatorId !== caller.personId) {
    throw new CloisterError('kms/not-authorized', { detail: 'only its maker binds a key' });
  }
  if (bound.boundVersion < departureVersion) {
    throw new CloisterError('kms/conflict', { detail: 'somebody has left since the key was bound' });
  }
};
