import { setTimeout as pause } from 'node:timers/promises';
import { openSearch, type SearchSnapshot } from '@cloister/sdk';
import type { Constellation } from '@cloister/testkit';
import type { RoomId } from '@cloister/wire';
import { expect } from 'vitest';
import { inDatabase } from '../canary/databases.ts';
import type { SdkPerson } from './sdk-person.ts';

/** What somebody finds, once everything was looked at. */
export const searchFor = async ({ client }: SdkPerson, text: string): Promise<SearchSnapshot> => {
  const view = (await openSearch(client)).open(text);
  try {
    await view.more();
    while (view.snapshot().state === 'done' && view.snapshot().canMore) await view.more();
    return view.snapshot();
  } finally {
    view.close();
  }
};

/** The texts found, newest first. */
export const found = async (person: SdkPerson, text: string): Promise<string[]> => {
  const { state, code, hits, unopened } = await searchFor(person, text);
  expect({ state, code, unopened }).toEqual({ state: 'done', code: undefined, unopened: 0 });
  return hits.map((hit) => hit.text);
};

export interface IndexOfRoom {
  readonly organisationId: string;
  readonly generation: number;
  readonly position: number;
  readonly head: number;
  readonly postings: number;
}

/** Every organisation's index of a room, as it stands in the core's database. */
export const indexesOf = (all: Constellation, roomId: RoomId): Promise<readonly IndexOfRoom[]> =>
  inDatabase(all, 'core', async (client) => {
    const { rows } = await client.query(
      `select i.organisation_id as "organisationId", i.generation::int, i.position::int, i.postings::int, r.head::int
       from rooms r join search_indexes i on i.room_id = r.id where r.id = $1 order by i.organisation_id`,
      [roomId],
    );
    return rows as IndexOfRoom[];
  });

/** Waits until so many organisations have indexed the room to its end; the test's own time limit ends it. */
export const indexed = async (
  all: Constellation,
  roomId: RoomId,
  organisations = 1,
): Promise<readonly IndexOfRoom[]> => {
  for (;;) {
    const indexes = await indexesOf(all, roomId);
    if (indexes.filter(({ position, head }) => position === head).length === organisations) return indexes;
    await pause(100);
  }
};
