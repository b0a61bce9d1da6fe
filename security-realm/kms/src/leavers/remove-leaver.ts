import type { Queries } from '@cloister/database';
import { type Leaver, leaverOperationId } from '@cloister/verify';
import { CloisterError, instanceUri, type KmsHost, type OperationId, type RoomId, type Uuid } from '@cloister/wire';
import type { KmsContext } from '../context.ts';
import type { Party } from '../domain/party.ts';
import { signApplied } from '../operations/sign-outcome.ts';
import { deleteAnonymousOf, deletePerson } from '../store/authorization-row.ts';
import { insertLeaverRemoval } from '../store/leaver-removal-row.ts';
import { insertOperation, noResult } from '../store/operation-row.ts';
import {
  lockResource,
  lockResourceIfFree,
  type ResourceRow,
  saveResource,
  withDeparture,
} from '../store/resource-row.ts';

/** What became of one removal: made, not needed (any more), or left to whoever has the resource locked. */
export type Removal = 'made' | 'needless' | 'busy';

type Way = {
  /** Stands in line for the resource; else a locked one is left alone. */
  readonly wait: boolean;
  /** The key server of another realm that asks. */
  readonly peer?: KmsHost;
};

/**
 * Removes one person who left the organisation from one resource, in one transaction with the receipt and what is to be
 * told to the core (wires.md §9). Moderators do not stop it: nobody's right is used but identity's statement.
 */
export const removeLeaver = async (
  context: KmsContext,
  resourceId: string,
  leaver: Leaver,
  { wait, peer }: Way,
): Promise<Removal> => {
  const removal = await context.database.transaction(async (tx): Promise<Removal> => {
    const before = await (wait ? lockResource : lockResourceIfFree)(tx, resourceId);
    if (before === null) return 'busy';
    if (!(await deletePerson(tx, resourceId, leaver.id, leaver.entry))) return 'needless';
    await deleteAnonymousOf(tx, resourceId, leaver.id);
    await note(context, tx, withDeparture(before), leaver, peer);
    return 'made';
  });
  if (removal === 'made') context.news?.changed();
  return removal;
};

/** Who made the person leave; the person, where the feed names nobody. */
const actorOf = ({ status }: KmsContext, { id, organisationId, by }: Leaver): Party =>
  by === undefined
    ? { id, organisationId }
    : { id: by.id, organisationId: status.person(by.id)?.organisationId ?? organisationId };

const note = async (
  context: KmsContext,
  tx: Queries,
  resource: ResourceRow,
  leaver: Leaver,
  peer: KmsHost | undefined,
): Promise<void> => {
  const { resourceId, roomId, listVersion } = resource;
  const { id: personId, organisationId, entry } = leaver;
  const resourceUri = instanceUri(context.kmsHost, 'resources', resourceId as Uuid);
  const operationId = leaverOperationId({ personId, resourceUri, entry });
  const actor = actorOf(context, leaver);
  if (roomId === null) await saveResource(tx, resource);
  const receipt = roomId === null ? null : await receiptOf(context, tx, { operationId, actor, resource, leaver });
  const row = {
    operationId,
    organisationId: actor.organisationId,
    personId: actor.id,
    kind: 'remove' as const,
    roomId,
    resourceId,
    clientDigest: null,
    requestId: null,
    fingerprint: null,
    status: 200,
    receipt,
    ...noResult,
  };
  // An entry removes a person from a resource once: nobody is authorized again by an older one (see `grant`).
  if (!(await insertOperation(tx, row, context.now()))) throw new CloisterError('kms/internal');
  const undelivered = receipt !== null;
  await insertLeaverRemoval(tx, { operationId, resourceId, subjectId: personId, entry, listVersion, undelivered });
  await context.audit.append([
    {
      at: context.now().toISOString(),
      action: 'removeLeaver',
      outcome: 'allowed',
      personId: actor.id,
      purpose: 'participation',
      peer,
      organisationId,
      resourceId,
      ...(roomId === null ? {} : { roomId }),
      subjectIds: [personId],
      operationId,
    },
  ]);
};

type Signing = {
  readonly operationId: OperationId;
  readonly actor: Party;
  readonly resource: ResourceRow;
  readonly leaver: Leaver;
};

const receiptOf = (context: KmsContext, tx: Queries, { operationId, actor, resource, leaver }: Signing) => {
  const { id, organisationId, entry } = leaver;
  const asked = { userId: actor.id, organisationId: actor.organisationId, roomId: resource.roomId as RoomId };
  return signApplied(
    context,
    tx,
    { ...asked, kind: 'remove', operationId },
    { status: 200, resource, subjects: [{ id, organisationId }], keyUris: [], leaver: { entry } },
  );
};
