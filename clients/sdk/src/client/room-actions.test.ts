import { CloisterError } from '@cloister/wire';
import { expect, it } from 'vitest';
import { alice, ben, otherRoomId, roomId } from '../testing/log.ts';
import { manualPlatform } from '../testing/manual-platform.ts';
import type { Parts } from './parts.ts';
import { RoomActions } from './room-actions.ts';

const resourceUri = 'kms://kms.acme.example/resources/5b8f6c5e-0f0f-4f0e-8d3f-2a1b3c4d5e6f';

/** Alice, who sees one room, where every change ends with this error. */
const refusedWith = (code: 'core/not-found' | 'core/kms-unavailable') => {
  const seen = new Map([[roomId, { id: roomId, people: new Set([alice, ben]), resourceUri }]]);
  const book = {
    need: async (id: typeof roomId) => {
      const room = seen.get(id);
      if (room === undefined) throw new CloisterError('core/not-found');
      return room;
    },
    drop: (id: typeof roomId) => seen.delete(id),
  };
  const changes = { change: () => Promise.reject(new CloisterError(code)) };
  const platform = manualPlatform(async () => Response.error());
  return { actions: new RoomActions({ book, changes } as unknown as Parts, platform, alice), seen };
};

it('has left when the room is gone for who leaves: an answer that a crash lost does not make it fail (R326)', async () => {
  const { actions, seen } = refusedWith('core/not-found');
  await actions.leave(roomId);
  expect(seen.has(roomId)).toBe(false);
});

it('has not left a room that it never saw, or while nobody knows (R326)', async () => {
  const { actions, seen } = refusedWith('core/kms-unavailable');
  await expect(actions.leave(otherRoomId)).rejects.toMatchObject({ code: 'core/not-found' });
  await expect(actions.leave(roomId)).rejects.toMatchObject({ code: 'core/kms-unavailable' });
  expect(seen.has(roomId)).toBe(true);
});

it('is told that somebody else cannot be removed from a room that is gone', async () => {
  const { actions, seen } = refusedWith('core/not-found');
  await expect(actions.remove(roomId, ben)).rejects.toMatchObject({ code: 'core/not-found' });
  expect(seen.has(roomId)).toBe(true);
});
