import { expect, it } from 'vitest';
import { Serial } from './serial.ts';

it('does one after the other on one thing, also after a failure, and lets other things go on', async () => {
  const serial = new Serial();
  const order: string[] = [];
  const gate = Promise.withResolvers<void>();
  const first = serial.run('a', async () => {
    await gate.promise;
    order.push('a1');
    throw new Error('a1');
  });
  const second = serial.run('a', async () => order.push('a2'));
  await serial.run('b', async () => order.push('b'));
  gate.resolve();
  await expect(first).rejects.toThrow('a1');
  await second;
  expect(order).toEqual(['b', 'a1', 'a2']);
});
