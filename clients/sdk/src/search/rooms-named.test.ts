import { CloisterError, newId, type UserId } from '@cloister/wire';
import { expect, it } from 'vitest';
import type { Client } from '../api/client.ts';
import type { ClientSnapshot } from '../api/client-snapshot.ts';
import { Listeners } from '../async/listeners.ts';
import { roomsNamed } from './rooms-named.ts';

const [known, unknown] = [newId<UserId>(), newId<UserId>()];

const client = (get: (id: UserId) => Promise<unknown>) => {
  const listeners = new Listeners();
  const rooms: { title: { state: string }; directWith?: UserId }[] = [
    { title: { state: 'opening' } },
    { title: { state: 'open' }, directWith: known },
    { title: { state: 'open' }, directWith: unknown },
  ];
  return {
    snapshot: () => ({ rooms, people: new Map([[known, {}]]) }) as unknown as ClientSnapshot,
    subscribe: (listener: () => void) => listeners.subscribe(listener),
    people: { get } as Client['people'],
    settle: () => {
      rooms[0] = { title: { state: 'undecryptable' } };
      listeners.announce();
    },
  };
};

it('a room that somebody names is looked for once each title is open or cannot be, and each other person known', async () => {
  const asked: UserId[] = [];
  const one = client(async (id) => asked.push(id));
  const named = roomsNamed(one);
  await Promise.resolve();
  expect(asked).toEqual([]);
  one.settle();
  await named;
  expect(asked).toEqual([unknown]);
});

it('says so when nobody tells whom a room of two is with', async () => {
  const one = client(() => Promise.reject(new CloisterError('client/offline')));
  one.settle();
  await expect(roomsNamed(one)).rejects.toMatchObject({ code: 'client/offline' });
});
