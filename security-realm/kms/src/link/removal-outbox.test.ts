import { openRealmLog } from '@cloister/logging';
import { newId, type OperationId, type RealmFrame, type RemovalRecordedFrame } from '@cloister/wire';
import { expect, it } from 'vitest';
import type { Kms } from '../open-kms.ts';
import { RemovalOutbox } from './removal-outbox.ts';

type Removal = Awaited<ReturnType<Kms['takeRemovals']>>[number];

const operationIdOf = (at: number) => at.toString(16).padStart(64, '0') as OperationId;
const removalOf = (at: number) => ({ operationId: operationIdOf(at) }) as Removal;
const recorded = (at: number): RemovalRecordedFrame => ({
  type: 'removal-recorded',
  id: newId(),
  operationId: operationIdOf(at),
});

/** An outbox over a key server that has so many removals to tell, and hands each out once unless all are asked for. */
const outboxOf = (count: number) => {
  const clock = { now: 0 };
  const untold = new Set(Array.from({ length: count }, (_, at) => operationIdOf(at + 1)));
  const given = new Set<string>();
  const sent: OperationId[] = [];
  const asked: { limit: number; all: boolean }[] = [];
  const fault = { on: false };
  const outbox = new RemovalOutbox({
    kms: {
      takeRemovals: async (wanted) => {
        if (fault.on) throw new Error('the database is away');
        asked.push(wanted);
        const due = [...untold].filter((id) => wanted.all || !given.has(id)).slice(0, wanted.limit);
        for (const id of due) given.add(id);
        return due.map((operationId) => ({ ...removalOf(0), operationId }));
      },
      removalRecorded: async (operationId) => {
        untold.delete(operationId as OperationId);
      },
    },
    send: (frame: RealmFrame) => {
      if (frame.type === 'removal') sent.push(frame.operationId);
    },
    log: openRealmLog({ name: 'kms', destination: { write: () => true } }),
    monotonicNow: () => clock.now,
  });
  return { outbox, clock, sent, asked, given, fault };
};

it('has at most fifty removals unanswered, and sends the next as answers come (wires.md §9)', async () => {
  const { outbox, sent } = outboxOf(120);
  await outbox.send();
  await outbox.send();
  expect(sent).toHaveLength(50);
  for (let at = 1; at <= 120; at++) await outbox.recorded(recorded(at));
  expect(new Set(sent).size).toBe(120);
  expect(sent).toHaveLength(120);
});

it('sends what is not answered again after 5 s, and asks for all of it on a new connection', async () => {
  const { outbox, clock, sent, asked, given } = outboxOf(2);
  await outbox.send();
  expect(asked).toEqual([{ limit: 50, all: true }]);
  clock.now = 4_000;
  await outbox.send();
  expect(asked.at(-1)).toEqual({ limit: 48, all: false });
  clock.now = 5_000;
  given.clear();
  await outbox.send();
  expect(asked.at(-1)).toEqual({ limit: 50, all: false });
  expect(sent).toHaveLength(4);
});

it('sends nothing once it is finished', async () => {
  const { outbox, sent } = outboxOf(1);
  await outbox.finish();
  await outbox.send();
  expect(sent).toEqual([]);
});

it('outlives a fault, and then still asks for all', async () => {
  const { outbox, sent, fault, asked } = outboxOf(1);
  fault.on = true;
  await outbox.send();
  fault.on = false;
  await outbox.send();
  expect(asked).toEqual([{ limit: 50, all: true }]);
  expect(sent).toHaveLength(1);
});
