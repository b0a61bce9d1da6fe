import { newId, type ResourceUri, type RoomId } from '@cloister/wire';
import { describe, expect, it } from 'vitest';
import type { FollowedRoom } from './followed-room.ts';
import { RoomQueue } from './room-queue.ts';

const roomOf = (backlog: number): FollowedRoom => ({
  roomId: newId<RoomId>(),
  resourceUri: `kms://kms.acme.example/resources/${newId()}` as ResourceUri,
  generation: 1,
  others: [],
  head: backlog,
  position: 0,
  confirmedAt: 0,
  behindSince: undefined,
  read: 0,
  run: 0,
  isBusy: false,
  isWaiting: false,
  failures: 0,
});
const queueOf = (rooms: readonly FollowedRoom[], limits = { most: 3, mostLagging: 2 }) => {
  const queue = new RoomQueue(limits);
  for (const room of rooms) queue.add(room);
  return queue;
};

describe('whose turn it is', () => {
  it('is first a room’s with fresh messages, then one’s that lags', () => {
    const [lagging, fresh] = [roomOf(10_000), roomOf(3)];
    const queue = queueOf([lagging, fresh]);
    expect(queue.take()?.room).toBe(fresh);
    expect(queue.take()?.room).toBe(lagging);
    expect(queue.take()).toBeUndefined();
  });

  it('keeps hands free for what was just written, however many rooms lag', () => {
    const lagging = [roomOf(1000), roomOf(1000), roomOf(1000)];
    const queue = queueOf(lagging);
    expect([queue.take()?.room, queue.take()?.room]).toEqual(lagging.slice(0, 2));
    expect(queue.take()).toBeUndefined();
    const fresh = roomOf(1);
    queue.add(fresh);
    expect(queue.take()?.room).toBe(fresh);
    const another = roomOf(1);
    queue.add(another);
    expect(queue.take()).toBeUndefined();
  });

  it('goes round: a room of a million messages keeps no other waiting', () => {
    const [large, other] = [roomOf(1_000_000), roomOf(1000)];
    const queue = queueOf([large, other], { most: 1, mostLagging: 1 });
    const turn = queue.take();
    expect(turn?.room).toBe(large);
    large.read = 200;
    turn?.done();
    expect(queue.take()?.room).toBe(other);
  });

  it('is nobody’s who is being read, waits, or has nothing to read', () => {
    const [busy, waiting, done] = [roomOf(3), roomOf(3), roomOf(0)];
    waiting.isWaiting = true;
    const queue = queueOf([busy, waiting, done]);
    expect(queue.take()?.room).toBe(busy);
    queue.add(busy);
    expect(queue.take()).toBeUndefined();
  });
});
