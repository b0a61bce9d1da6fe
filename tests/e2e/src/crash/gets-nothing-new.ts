import type { RoomId } from '@cloister/wire';
import { expect } from 'vitest';
import { type SdkPerson, until, withSession } from '../sdk/sdk-person.ts';
import { colludingPlatform } from './colluding-platform.ts';

/**
 * Somebody who is gone from these rooms, with a core on their side that shows them everything a member sees, opens nothing of
 * what was written last: their key server refuses (invariant 3).
 */
export const getsNothingNew = async (gone: SdkPerson, member: SdkPerson, rooms: readonly RoomId[]): Promise<void> => {
  const helped = await withSession(gone.session, undefined, colludingPlatform(member.session));
  for (const id of rooms) {
    await helped.client.rooms.open(id);
    const newest = () => {
      const entry = helped.client.timeline(id).entries.findLast(({ kind }) => kind === 'message');
      return entry?.kind === 'message' && entry.content.state !== 'opening' ? entry : undefined;
    };
    expect(await until(helped.client, newest, id)).toMatchObject({
      content: { state: 'undecryptable', reason: 'removed' },
    });
  }
  await helped.close();
};
