import { CloisterError, hostOf, idOf, type RemovalAsked } from '@cloister/wire';
import type { KmsContext } from '../context.ts';
import type { PeerRealm } from '../federation/http/route.ts';
import { stated } from '../federation/people/stated.ts';
import { organisationOnList } from '../store/authorization-row.ts';
import { removeLeaver } from './remove-leaver.ts';

/**
 * Removes somebody of another realm from a list of ours, at the word of their own key server that they left (wires.md §13),
 * as people of ours are removed. That it is true, and by whose hand, identity says: a removal that the core does not believe
 * would close the room to all other changes (ADR 5). Who is not on the list is removed already.
 * @returns whether anything was changed
 * @throws CloisterError `kms/not-authorized` for somebody who is not of that realm, `kms/not-found`; `kms/conflict` for
 *   somebody who has not left, or came back; `kms/unavailable`
 */
export const removeForPeer = async (
  context: KmsContext,
  { organisationIds, kmsHost: peer }: PeerRealm,
  { resourceUri, subject, leaver }: RemovalAsked,
): Promise<boolean> => {
  const { database, kmsHost } = context;
  if (!organisationIds.includes(subject.organisationId)) throw new CloisterError('kms/not-authorized');
  if (hostOf(resourceUri) !== kmsHost) throw new CloisterError('kms/not-found');
  const resourceId = idOf(resourceUri);
  const onList = await organisationOnList(database, resourceId, subject.id);
  if (onList === null) return false;
  if (onList !== subject.organisationId) throw new CloisterError('kms/not-authorized');
  const person = (await stated(context, [subject.id])).get(subject.id);
  if (person?.organisationId !== subject.organisationId) throw new CloisterError('kms/not-authorized');
  if (person.entry < leaver.entry)
    throw new CloisterError('kms/unavailable', { detail: 'identity says less than its feed' });
  const { id, organisationId, active, entry, by } = person;
  if (active) throw new CloisterError('kms/conflict', { detail: 'the person has not left' });
  const removal = await removeLeaver(
    context,
    resourceId,
    { id, organisationId, entry, ...(by ? { by } : {}) },
    { wait: true, peer },
  );
  // Added again by what identity said later.
  if (removal !== 'made' && (await organisationOnList(database, resourceId, subject.id)) !== null) {
    throw new CloisterError('kms/conflict', { detail: 'the person was added again' });
  }
  return removal === 'made';
};
