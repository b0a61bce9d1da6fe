import { expect, it } from 'vitest';
import { lookupLoopback } from './lookup-loopback.ts';

it('answers the loopback address for any name, in both forms (RFC 6761 §6.3)', () => {
  const answers: unknown[] = [];
  lookupLoopback('id.localhost', {}, (...answer) => answers.push(answer));
  lookupLoopback('id.localhost', { all: true }, (...answer) => answers.push(answer));
  expect(answers).toEqual([
    [null, '127.0.0.1', 4],
    [null, [{ address: '127.0.0.1', family: 4 }]],
  ]);
});
