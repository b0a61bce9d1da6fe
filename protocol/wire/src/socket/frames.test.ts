import { describe, expect, it } from 'vitest';
import { codeOf, expectTypedErrors } from '../testing/fuzz.ts';
import { activityId, alice, jwe, other } from '../testing/samples.ts';
import { parseClientFrame } from './client-frame.ts';
import { eventData, parseEventData } from './event-data.ts';
import { parseServerFrame } from './server-frame.ts';

const authorization = { id: 'a', type: 'authorization', data: { token: 'Bearer abc.def' } };

describe('a frame from a client (kms.md §3.5)', () => {
  it.each([
    [{ ...authorization, trackingId: 't' }, authorization],
    [
      { id: 'b', type: 'ping' },
      { id: 'b', type: 'ping' },
    ],
    [
      { messageId: 'c', type: 'ack' },
      { messageId: 'c', type: 'ack' },
    ],
  ])('is read: %j', (input, frame) => {
    expect(parseClientFrame(JSON.stringify(input))).toEqual(frame);
  });

  it.each([
    ['without an id', { type: 'ping' }],
    ['with a bare token', { ...authorization, data: { token: 'abc' } }],
    ['with a token of two words', { ...authorization, data: { token: 'Bearer a b' } }],
    ['of another type', { id: 'a', type: 'subscribe' }],
    ['of no type', { id: 'a' }],
  ])('%s is refused', (_, input) => {
    expect(codeOf(() => parseClientFrame(input))).toBe('wire/invalid-message');
  });

  it('that is too long is refused unread', () => {
    expect(codeOf(() => parseClientFrame(' '.repeat(40_000)))).toBe('wire/too-large');
  });

  it('gives a value or a wire error for any input', () => {
    expectTypedErrors(parseClientFrame, authorization, { id: 'b', type: 'ping' }, { messageId: 'c', type: 'ack' });
  });
});

const activity = {
  id: activityId,
  objectType: 'activity' as const,
  verb: 'post',
  published: '2026-11-21T20:21:10.106Z',
  actor: { id: alice },
};
const event = (data: object) => ({ id: 'e', data, sequenceNumber: 2, timestamp: 1, headers: {}, alertType: 'none' });

describe('a frame from the core', () => {
  it.each([
    [
      { id: 'a', type: 'pong' },
      { id: 'a', type: 'pong' },
    ],
    [{ type: 'shutdown' }, { type: 'shutdown' }],
    [
      { type: 'novelty', a: 1 },
      { type: 'other', frame: { type: 'novelty', a: 1 } },
    ],
  ])('is read: %j', (input, frame) => {
    expect(parseServerFrame(JSON.stringify(input))).toEqual(frame);
  });

  it.each([
    eventData.activity(activity),
    eventData.kmsMessages([jwe]),
    eventData.bufferState({ registration: other, resumed: true, from: 7 }),
    eventData.bufferState({}),
  ])('carries an event that reads back: $eventType', (data) => {
    const frame = parseServerFrame(JSON.stringify(event(data)));
    expect(frame).toEqual({ type: 'event', event: event(data) });
    if (frame.type === 'event') {
      const { encryption, ...flat } = { encryption: {}, ...data };
      expect(parseEventData(frame.event)).toEqual({ ...flat, ...encryption });
    }
  });

  it('of an unknown event is handed through', () => {
    expect(parseEventData({ data: { eventType: 'apheleia.subscription_update' } })).toEqual({
      eventType: 'other',
      name: 'apheleia.subscription_update',
    });
  });

  it.each([
    ['an event without an id', { data: { eventType: 'x' } }],
    ['an event without its type', { id: 'e', data: {} }],
    ['a pong without an id', { type: 'pong' }],
  ])('is refused: %s', (_, input) => {
    expect(codeOf(() => parseServerFrame(input))).toBe('wire/invalid-message');
  });

  it('gives a value or a wire error for any input', () => {
    const read = (input: unknown) => {
      const frame = parseServerFrame(input);
      return frame.type === 'event' ? parseEventData(frame.event) : frame;
    };
    const samples = [
      eventData.activity(activity),
      eventData.kmsMessages([jwe]),
      eventData.bufferState({ resumed: true }),
    ];
    expectTypedErrors(read, ...samples.map(event), { id: 'a', type: 'pong' });
  });
});
