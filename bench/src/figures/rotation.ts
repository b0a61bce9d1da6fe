import type { Constellation } from '@cloister/testkit';
import type { RoomId } from '@cloister/wire';
import { type Figure, limitFigure } from '../figure.ts';
import { until } from '../load/drive.ts';
import { type Participant, signInPeople } from '../load/people.ts';

/** Everybody in the room, who all write: 100 messages a second together. */
const peopleCount = 50;
const everyMs = 500;
/** The removal comes when everybody has written so many, and everybody writes so many more. */
const before = 3;
const after = 10;

interface Sent {
  readonly text: string;
  readonly milliseconds: number;
  readonly refusals: number;
  readonly afterRemoval: boolean;
}

interface Busy {
  readonly id: RoomId;
  removed: boolean;
  /** How many messages of each are stored. */
  readonly stored: number[];
}

/**
 * `rotation`: in a busy room of fifty somebody is removed, every key is stale at once, and everybody's client makes its own
 * anew. The slowest message from then on, and the most refusals one met; each must be stored exactly once.
 */
export async function rotationFigures(all: Constellation): Promise<Record<string, Figure>> {
  const people = await signInPeople(all, peopleCount);
  const [first, last] = [people[0], people.at(-1)];
  if (first === undefined || last === undefined) throw new Error('nobody is there');
  const id = await first.client.rooms.create({ title: 'Busy', people: people.map((person) => person.id) });
  await until(() => people.every(({ client }) => client.snapshot().rooms.some((room) => room.id === id)));
  const stay = people.slice(0, -1);
  const room: Busy = { id, removed: false, stored: stay.map(() => 0) };
  const writing = stay.map((person, index) => write(person, room, index));
  await until(() => room.stored.every((count) => count >= before));
  room.removed = true;
  await first.client.rooms.remove(id, last.id);
  const sent = (await Promise.all(writing)).flat();
  await checkOnce(first, id, sent);
  await Promise.all(people.map(({ client }) => client.close()));
  const later = sent.filter(({ afterRemoval }) => afterRemoval);
  return {
    rotation: limitFigure(Math.max(...later.map(({ milliseconds }) => milliseconds)) / 1000, 1, 's, slowest message'),
    'rotation-refusals': limitFigure(Math.max(1, ...later.map(({ refusals }) => refusals)), 1, 'refusals, most'),
  };
}

async function write(person: Participant, room: Busy, index: number): Promise<Sent[]> {
  const { id, stored } = room;
  const sent: Sent[] = [];
  // Not all at the same moment, as people do not write either.
  await new Promise((resolve) => setTimeout(resolve, (index * everyMs) / peopleCount));
  for (let [count, left] = [0, after]; left > 0; count++) {
    const started = performance.now();
    const met = person.refusals.length;
    const text = `${index}/${count}`;
    const afterRemoval = room.removed;
    if (afterRemoval) left -= 1;
    await person.client.sent(id, await person.client.send(id, { text }));
    const milliseconds = performance.now() - started;
    stored[index] = count + 1;
    sent.push({ text, milliseconds, refusals: person.refusals.length - met, afterRemoval });
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, everyMs - milliseconds)));
  }
  return sent;
}

/** @throws Error when a message is missing or twice in the room's log */
async function checkOnce({ client }: Participant, id: RoomId, sent: readonly Sent[]): Promise<void> {
  await client.rooms.open(id);
  while (client.timeline(id).hasOlder) await client.history.older(id);
  const texts = () =>
    client
      .timeline(id)
      .entries.flatMap((entry) =>
        entry.kind === 'message' && entry.content.state === 'open' ? [entry.content.value.text] : [],
      );
  await until(() => texts().length >= sent.length);
  const stored = texts();
  const missing = sent.filter(({ text }) => stored.filter((one) => one === text).length !== 1);
  if (missing.length > 0 || stored.length !== sent.length)
    throw new Error(`${missing.length} messages are not stored once`);
}
