import { CloisterError, maxStreams, newId, parseKmsHost, streamCredit } from '@cloister/wire';
import { describe, expect, it } from 'vitest';
import { LinkStreams } from './link-streams.ts';

const to = parseKmsHost('kms.globex.example');
const silent = { bytes: () => undefined, credit: () => undefined, ended: () => undefined };

/** One end of a link, with what it says; it takes everything at once. */
const link = () => {
  const said: (string | Uint8Array)[] = [];
  const streams = new LinkStreams((frame, written) => {
    said.push(frame);
    written();
  });
  const types = () => said.map((frame) => (typeof frame === 'string' ? JSON.parse(frame).type : frame.length));
  return { streams, said, types };
};

const codeOf = (call: () => unknown): string => {
  try {
    call();
  } catch (error) {
    if (error instanceof CloisterError) return error.code;
    throw error;
  }
  return 'nothing thrown';
};

describe('one end of a link', () => {
  it('says bytes before the end, and forgets a stream once both ends are said', () => {
    const { streams, types } = link();
    const stream = newId();
    const side = streams.open({ type: 'stream-open', stream, to }, silent);
    side.write(new Uint8Array(20_000));
    side.end();
    side.end('broken');
    side.write(new Uint8Array(1));
    expect(types()).toEqual(['stream-open', 16_400, 3_632, 'stream-end']);
    expect(streams.opened).toBe(1);
    streams.receive({ type: 'stream-end', stream });
    expect([streams.opened, streams.accepted]).toEqual([0, 0]);
    expect(codeOf(() => streams.receive({ type: 'stream-end', stream }))).toBe('platform/stream-rules');
  });

  it('answers an end with an end, and drops what it would have said', () => {
    const { streams, types } = link();
    const stream = newId();
    const ended: unknown[] = [];
    streams.accept(stream, () => ({ ...silent, ended: (reason) => ended.push(reason) }));
    streams.receive({ type: 'stream-end', stream, reason: 'broken' });
    expect([types(), ended, streams.accepted]).toEqual([['stream-end'], ['broken'], 0]);
  });

  it('lets nobody write past the credit, its owner least', () => {
    const { streams } = link();
    const side = streams.open({ type: 'stream-open', stream: newId(), to }, silent);
    side.write(new Uint8Array(streamCredit));
    expect(side.sendable).toBe(0);
    expect(codeOf(() => side.write(new Uint8Array(1)))).toBe('platform/internal');
  });

  it('takes no credit for bytes that the link still holds', () => {
    const streams = new LinkStreams(() => undefined);
    const stream = newId();
    const side = streams.open({ type: 'stream-open', stream, to }, silent);
    side.write(new Uint8Array(streamCredit));
    const credit = (bytes: number) => codeOf(() => streams.receive({ type: 'stream-credit', stream, bytes }));
    // Four full frames went out; the rest waits.
    expect([credit(4 * 16_384), credit(1)]).toEqual(['nothing thrown', 'platform/stream-rules']);
  });

  it('ends every stream as broken when it is lost, once, and opens none after that', () => {
    const { streams } = link();
    const ended: unknown[] = [];
    const handler = { ...silent, ended: (reason: unknown) => void ended.push(reason) };
    const side = streams.open({ type: 'stream-open', stream: newId(), to }, handler);
    streams.accept(newId(), () => handler);
    streams.lose();
    streams.lose();
    side.write(new Uint8Array(1));
    side.end();
    expect([ended, streams.opened, streams.accepted]).toEqual([['broken', 'broken'], 0, 0]);
    expect(codeOf(() => streams.open({ type: 'stream-open', stream: newId(), to }, silent))).toBe(
      'platform/unavailable',
    );
  });

  it('gives up who opens 128 streams and ends none', () => {
    const { streams } = link();
    for (let count = 0; count < 2 * maxStreams; count += 1) streams.accept(newId(), () => silent);
    expect(codeOf(() => streams.accept(newId(), () => silent))).toBe('platform/stream-rules');
  });
});
