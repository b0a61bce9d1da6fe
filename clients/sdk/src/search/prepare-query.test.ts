import { newId, type RoomId, type UserId } from '@cloister/wire';
import { describe, expect, it } from 'vitest';
import type { ClientSnapshot } from '../api/client-snapshot.ts';
import { type PrepareOptions, prepareQuery } from './prepare-query.ts';

const harbour = newId<RoomId>();
const kitchen = newId<RoomId>();
const ben = newId<UserId>();

/** A client that has opened the title of one room; the other's opens when it is waited for. */
const starting = () => {
  const title = (value: string) => ({ state: 'open', value }) as const;
  const snapshot = {
    me: { id: newId<UserId>() },
    people: new Map([[ben, { id: ben, known: true, name: 'Ben Okafor' }]]),
    rooms: [
      { id: harbour, title: title('Harbour') },
      { id: kitchen, title: { state: 'opening' } },
    ],
  };
  const told = { waits: 0 };
  const options: PrepareOptions = {
    snapshot: () => snapshot as unknown as ClientSnapshot,
    roomsNamed: async () => {
      told.waits += 1;
      snapshot.rooms[1] = { id: kitchen, title: title('Harbour kitchen') };
    },
    find: async () => [],
    now: Date.parse('2026-11-22T12:00:00Z'),
    timeZone: 'UTC',
  };
  return { options, told };
};

describe('a query as typed', () => {
  it('waits for the titles of rooms only when it names a room', async () => {
    const { options, told } = starting();
    expect(await prepareQuery('benches from:ben has:file', options)).toEqual({
      query: ['and', { text: 'benches', quoted: false }, { has: 'file' }, { from: [ben] }],
    });
    expect(told).toEqual({ waits: 0 });
  });

  it('means every room of the name, also those whose titles were not open yet', async () => {
    const { options, told } = starting();
    expect(await prepareQuery('in:harb', options)).toEqual({ query: { in: [harbour, kitchen] } });
    expect(told).toEqual({ waits: 1 });
    expect(await prepareQuery('in:kitchen', starting().options)).toEqual({ query: { in: [kitchen] } });
  });
});
