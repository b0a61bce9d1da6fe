import { untilDecided } from '../crash-matrix/halves.ts';
import { patience } from '../crash-matrix/volley.ts';
import type { Handling } from '../network/message-relay/fate.ts';
import { Letters, type MessageFault } from './message-faults.ts';
import { type OperationName, operations } from './operations.ts';
import { ask, begin, conclude, roomsFor, type Surroundings } from './volley.ts';

/** A change and what befalls its messages. */
export interface MessageCell {
  readonly operation: OperationName;
  readonly fault: MessageFault;
}

/** Asks for every change, whose messages are handled as it says, each in a room of its own. */
export const runMessageVolley = async (
  around: Surroundings,
  what: string,
  cells: readonly MessageCell[],
): Promise<void> => {
  await begin(around);
  const rooms = await roomsFor(
    around,
    cells.map(({ operation }) => operation),
  );
  const letters = new Letters(
    cells.map((cell, index) => ({
      ...cell,
      kind: operations[cell.operation].kind,
      roomId: rooms[index]?.id ?? null,
    })),
  );
  // What the servers make of it, they make of it by themselves: the last of these messages comes when all is decided.
  await handled(around, what, cells, rooms, letters.handling, () =>
    untilDecided(around.all, AbortSignal.timeout(patience)),
  );
  if (letters.count < cells.length) throw new Error(`only ${letters.count} messages were struck`);
};

/** Asks for these changes while all messages are handled so. */
export const runThrough = async (
  around: Surroundings,
  what: string,
  asked: readonly OperationName[],
  handling: Handling,
): Promise<void> => {
  await begin(around);
  const rooms = await roomsFor(around, asked);
  const cells = asked.map((operation) => ({ operation, fault: what }));
  await handled(around, what, cells, rooms, handling, async () => {});
};

const handled = async (
  around: Surroundings,
  what: string,
  cells: readonly { readonly operation: OperationName; readonly fault: string }[],
  rooms: Awaited<ReturnType<typeof roomsFor>>,
  handling: Handling,
  enough: () => Promise<void>,
): Promise<void> => {
  const { realms, line, notes } = around;
  const relays = [realms.own.relay, realms.home.relay];
  line.hold();
  notes.note(`${what}: ${cells.map(({ operation, fault }) => `${operation}, ${fault}`).join('; ')}`);
  for (const relay of relays) relay.handling = handling;
  try {
    const shots = cells.map(({ operation, fault }, index) =>
      ask(around, `${operation}, ${fault}`, operation, rooms[index] ?? null),
    );
    await line.allAnswered(cells.length);
    await enough();
    for (const relay of relays) relay.heal();
    await conclude(around, what, shots);
  } finally {
    for (const relay of relays) relay.heal();
  }
};
