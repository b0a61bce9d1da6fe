import type { Queries } from '@cloister/database';
import type { ReceiptClaims } from '@cloister/receipts';
import { type ActivityId, CloisterError, type UserId } from '@cloister/wire';
import type { Intent } from '../domain/intent.ts';
import type { NewActivity } from '../domain/stored-activity.ts';
import type { Committed } from '../rooms/room-writer.ts';
import { insertActivity } from '../store/activities.ts';
import { advanceRoom, bindKey, deleteMembers, insertMember, setModerator } from '../store/room-writes.ts';
import type { Evidence } from './evidence.ts';

/** Appends the entry of an applied change and makes the change. */
export const commitChange = async (
  tx: Queries,
  intent: Intent,
  entry: NewActivity,
  { receipt, jws }: Evidence,
  now: Date,
): Promise<Committed<ActivityId>> => {
  const { roomId } = intent;
  const { head, version } = await advanceRoom(tx, roomId, {
    entries: 1,
    changesAccess: true,
    now,
    departure: intent.kind === 'remove' ? (receipt.authorizationVersion ?? 0) : undefined,
    defaultKey: intent.kind === 'updateKey' ? (intent.keyUri ?? undefined) : undefined,
  });
  await makeChange(tx, intent, head, receipt, now);
  const stored = { ...entry, position: head, published: now, receipt: jws };
  await insertActivity(tx, stored);
  // Who was removed is told so; it is the last they hear of the room.
  const also: readonly UserId[] = intent.kind === 'remove' ? intent.subjects : [];
  return { value: entry.id, roomId, version, entries: [stored], also };
};

const makeChange = async (
  tx: Queries,
  intent: Intent,
  position: number,
  receipt: ReceiptClaims,
  now: Date,
): Promise<void> => {
  const { roomId } = intent;
  const authorizationVersion = receipt.authorizationVersion ?? 0;
  switch (intent.kind) {
    case 'add':
      for (const { id: userId, organisationId } of receipt.subjects)
        await insertMember(tx, { roomId, userId, organisationId, position });
      return;
    case 'remove':
      await deleteMembers(tx, roomId, intent.subjects, authorizationVersion);
      return;
    case 'appoint':
    case 'dismiss':
      for (const userId of intent.subjects) await setModerator(tx, roomId, userId, intent.kind === 'appoint');
      return;
    case 'updateKey':
    case 'addKey': {
      if (intent.keyUri === null) throw new CloisterError('core/internal');
      const shared = intent.kind === 'updateKey';
      const { deviceId, keyUri: uri } = intent;
      await bindKey(tx, { roomId, uri, deviceId, shared, authorizationVersion, position, now });
      return;
    }
    case 'create':
      throw new CloisterError('core/internal');
  }
};
