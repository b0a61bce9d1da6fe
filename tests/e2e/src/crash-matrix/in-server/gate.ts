import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { StepName } from '../step-name.ts';
import type { Arm, Order, Passage, Report } from '../wire.ts';

/** Where operations pass on their way through a server: one that is expected stands still until the test says go. */
export interface Gate {
  /** How long the core waits for a key server, in milliseconds. */
  readonly patience: number;
  pass(step: StepName, passage: Passage): Promise<void>;
}

/** Connects to the test; resolves when the test has said which passages it waits for, so that none is missed. */
export const openGate = async (socketPath: string, server: string, patience: number): Promise<Gate> => {
  const socket = connect(socketPath);
  await once(socket, 'connect');
  const arms: Arm[] = [];
  const standing = new Map<string, () => void>();
  const told = Promise.withResolvers<void>();
  createInterface({ input: socket }).on('line', (line) => {
    const order = JSON.parse(line) as Order;
    if (order.type === 'go') standing.get(order.id)?.();
    else {
      arms.splice(0, arms.length, ...order.arms);
      say(socket, { type: 'armed', sequence: order.sequence });
      told.resolve();
    }
  });
  say(socket, { type: 'hello', server });
  await told.promise;
  socket.unref();
  return {
    patience,
    pass: async (step, { kind, roomId }) => {
      const at = arms.findIndex((arm) => matches(arm, step, { kind, roomId }));
      const [arm] = at === -1 ? [] : arms.splice(at, 1);
      if (arm === undefined) return;
      await new Promise<void>((resolve) => {
        standing.set(arm.id, resolve);
        say(socket, { type: 'fired', id: arm.id, kind, roomId });
      });
      standing.delete(arm.id);
    },
  };
};

const matches = (arm: Arm, step: StepName, { kind, roomId }: Passage): boolean =>
  arm.step === step && arm.kind === kind && (arm.roomId === null || arm.roomId === roomId);

const say = (socket: Socket, report: Report): void => void socket.write(`${JSON.stringify(report)}\n`);
