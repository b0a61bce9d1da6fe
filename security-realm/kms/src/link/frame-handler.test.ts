import { openRealmLog } from '@cloister/logging';
import type { OperationStatusFrame, RealmFrame } from '@cloister/wire';
import { expect, it } from 'vitest';
import type { OperationResult } from '../operations/close-operation.ts';
import { FrameHandler } from './frame-handler.ts';

const question = { type: 'operation-status', id: 'one', operationId: 'ab', kind: 'add' } as OperationStatusFrame;
const applied = { status: 200, reply: null, receipt: 'receipt' } as OperationResult;

/** A handler whose key server gives these answers, then silence; its pauses end when told. */
const handlerWith = (...answers: (OperationResult | null)[]) => {
  const sent: RealmFrame[] = [];
  const pauses: { readonly ms: number; readonly end: () => void }[] = [];
  let asked = 0;
  const decide = async () => {
    asked += 1;
    return answers.shift() ?? null;
  };
  const handler = new FrameHandler({
    kms: { handleBatch: async () => [], handleOperation: decide, handleOperationStatus: decide },
    send: (frame) => void sent.push(frame),
    log: openRealmLog({ name: 'kms', destination: { write: () => true } }),
    pause: (ms, signal) =>
      new Promise((end) => {
        pauses.push({ ms, end });
        signal.addEventListener('abort', () => end());
      }),
  });
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  return { handler, sent, pauses, turn, asked: () => asked };
};

it('decides an operation that met a fault as soon as the fault has passed (R326)', async () => {
  const { handler, sent, pauses, turn } = handlerWith(null, applied);
  handler.take(question);
  await turn();
  expect(sent).toEqual([]);
  pauses[0]?.end();
  await turn();
  expect(sent).toEqual([{ type: 'operation-result', id: 'one', operationId: 'ab', ...applied }]);
});

it('falls silent before the core has lost patience, and leaves it to ask again', async () => {
  const { handler, sent, pauses, turn } = handlerWith();
  handler.take(question);
  await turn();
  for (let at = 0; at < pauses.length; at += 1) {
    pauses[at]?.end();
    await turn();
  }
  expect(sent).toEqual([]);
  expect(pauses.reduce((sum, { ms }) => sum + ms, 0)).toBeLessThan(20_000);
});

it('does not keep a stop waiting for a fault to pass', async () => {
  const { handler, turn, asked } = handlerWith();
  handler.take(question);
  await turn();
  await handler.finish();
  expect(asked()).toBeLessThanOrEqual(2);
});
