import { describe, expect, it } from 'vitest';
import { codeOf, expectTypedErrors } from '../testing/fuzz.ts';
import { acme, alice, kmsHost } from '../testing/samples.ts';
import { parseOutsideReply } from './outside.ts';

const at = '2026-11-22T05:00:00.000Z';
const fingerprint = 'A'.repeat(43);
const outside = {
  version: 3,
  policy: { mode: 'listed', domains: ['globex.example'] },
  organisations: [
    { id: acme, name: 'Globex', domains: ['globex.example'], kmsHost, metAt: at, rooms: 2, paused: { at, by: alice } },
    { id: acme, name: 'Initech', domains: [], kmsHost, rooms: 0 },
  ],
  peers: [{ kmsHost, fingerprint, firstSeenAt: at, seenAt: at, earlier: [{ fingerprint, until: at }] }],
};

describe('what administrators are told of other organisations', () => {
  it('is read as documented, without members that a later server adds', () => {
    expect(parseOutsideReply({ cloister: { outside: { ...outside, later: 1 } } })).toEqual(outside);
  });

  it.each([
    ['nothing', undefined],
    ['no list of organisations', { outside: { ...outside, organisations: undefined } }],
    ['a policy that there is not', { outside: { ...outside, policy: { mode: 'some', domains: [] } } }],
    [
      'a fingerprint of another length',
      { outside: { ...outside, peers: [{ ...outside.peers[0], fingerprint: 'AA' }] } },
    ],
  ])('is refused with %s', (_, cloister) => {
    expect(codeOf(() => parseOutsideReply({ cloister: cloister as never }))).toBe('wire/invalid-message');
  });

  it('gives a value or a wire error for any input', () => {
    expectTypedErrors((cloister) => parseOutsideReply({ cloister: cloister as never }), { outside });
  });
});
