import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setImmediate as turn } from 'node:timers/promises';
import { type CloisterError, maxStreams, newId, streamCredit } from '@cloister/wire';
import { describe, expect, it } from 'vitest';
import { joinedStreams } from '../testing/joined-streams.ts';
import { RealmStreams } from './realm-streams.ts';

/** A stream and what the other realm was given of it. */
const opened = async (joined = joinedStreams()) => {
  const { one, other } = joined;
  const taken = new Promise<Duplex>((resolve) => other.streams.onStream(resolve));
  const near = one.streams.connect(other.name);
  return { ...joined, near, far: await taken };
};

const faultOf = async (stream: Duplex): Promise<string> => {
  const [error] = (await once(stream, 'error')) as [CloisterError];
  return error.code;
};

describe('a stream to another realm (wires.md §13)', () => {
  it('carries bytes both ways, more than the credit, and ends when all is sent', async () => {
    const { near, far } = await opened();
    const [there, back] = [randomBytes(3 * streamCredit + 7), randomBytes(2 * streamCredit + 1)];
    const atFar = buffer(far);
    const sent = new Promise<void>((resolve) => near.write(there, () => resolve()));
    const atNear: Buffer[] = [];
    near.on('data', (part: Buffer) => atNear.push(part));
    await new Promise<void>((resolve) => far.write(back, () => resolve()));
    await sent;
    while (Buffer.concat(atNear).length < back.length) await turn();
    near.end();
    expect((await atFar).equals(there)).toBe(true);
    expect(Buffer.concat(atNear).equals(back)).toBe(true);
  });

  it('says who opens it', async () => {
    const { one, other } = joinedStreams();
    const from = new Promise((resolve) => other.streams.onStream((_stream, name) => resolve(name)));
    one.streams.connect(other.name);
    expect(await from).toBe(one.name);
  });

  it('lets a reader read all that came before an orderly end, and swallows what is written after it', async () => {
    const { near, far } = await opened();
    far.resume().end('the last word');
    await once(near, 'readable');
    while (!far.writableFinished) await turn();
    await turn();
    expect(near.write('too late')).toBe(true);
    expect((await buffer(near)).toString()).toBe('the last word');
    await Promise.all([near, far].map((stream) => stream.closed || once(stream, 'close')));
  });

  it('holds no more for a reader that does not read than its credit, and what its buffer wants', async () => {
    const { near, far } = await opened();
    const chunk = Buffer.alloc(16_384, 1);
    let taken = 0;
    while (near.writableLength < 4 * chunk.length) {
      near.write(chunk, () => {
        taken += chunk.length;
      });
      for (let i = 0; i < 10; i += 1) await turn();
    }
    expect(taken).toBeLessThanOrEqual(streamCredit + 2 * 65_536);
    expect(taken).toBeGreaterThanOrEqual(streamCredit);
    let read = 0;
    far.on('data', (part: Buffer) => {
      read += part.length;
    });
    near.end();
    await once(far, 'end');
    expect(read).toBe(taken);
    expect(near.writableLength).toBe(0);
  });

  it('hands a link that takes nothing 64 KiB at most, so that all other frames go before the rest', () => {
    const streams = new RealmStreams();
    let handed = 0;
    streams.linked((frame) => {
      handed += typeof frame === 'string' ? 0 : frame.length;
    });
    for (let count = 0; count < maxStreams; count += 1) {
      const stream = streams.connect('kms.globex.example' as never);
      stream.write(Buffer.alloc(streamCredit));
    }
    expect(handed).toBeGreaterThan(0);
    expect(handed).toBeLessThanOrEqual(64 * 1024 + 16_400);
  });

  it('tells the other end when one end is destroyed, as something else than an orderly end', async () => {
    const { near, far } = await opened();
    near.destroy();
    await expect(faultOf(far)).resolves.toBe('kms/peer-lost');
  });

  it('is destroyed when the link is lost, and the next link begins anew', async () => {
    const joined = await opened();
    const faults = Promise.all([faultOf(joined.near), faultOf(joined.far)]);
    joined.cut();
    await expect(faults).resolves.toEqual(['kms/peer-lost', 'kms/peer-lost']);
    await expect(faultOf(joined.one.streams.connect(joined.other.name))).resolves.toBe('kms/peer-unreachable');
    joined.link();
    const { near, far } = await opened(joined);
    near.end('again');
    expect((await buffer(far)).toString()).toBe('again');
  });

  it('that is lost while nobody listens ends itself and nothing else', async () => {
    const { near, far, cut } = await opened();
    cut();
    await Promise.all([near, far].map((stream) => new Promise((resolve) => stream.once('close', resolve))));
  });

  it('is refused where nobody takes streams', async () => {
    const { one, other } = joinedStreams();
    await expect(faultOf(one.streams.connect(other.name))).resolves.toBe('kms/peer-refused');
  });

  it('is one of 64 at most, and a place is free again after each end', async () => {
    const { one, other } = joinedStreams();
    const taken: Duplex[] = [];
    other.streams.onStream((stream) => taken.push(stream));
    const streams = Array.from({ length: maxStreams }, () => one.streams.connect(other.name));
    await expect(faultOf(one.streams.connect(other.name))).resolves.toBe('kms/too-many');
    while (taken.length < maxStreams) await turn();
    streams[0]?.end();
    streams[0]?.resume();
    taken[0]?.resume();
    await once(streams[0] as Duplex, 'close');
    while (taken.length === maxStreams) {
      one.streams.connect(other.name).on('error', () => undefined);
      await turn();
    }
    expect(taken).toHaveLength(maxStreams + 1);
  });
});

describe('what the core says of streams', () => {
  const reasons = [
    ['unknown-realm', 'kms/peer-unknown'],
    ['unreachable', 'kms/peer-unreachable'],
    ['too-many', 'kms/too-many'],
    ['refused', 'kms/peer-refused'],
    ['broken', 'kms/peer-lost'],
  ] as const;

  it.each(reasons)('%s is %s', async (reason, code) => {
    const streams = new RealmStreams();
    const said: { type: string; stream: never }[] = [];
    streams.linked((frame) => void said.push(JSON.parse(String(frame))));
    const stream = streams.connect('kms.globex.example' as never);
    const fault = faultOf(stream);
    streams.receive({ type: 'stream-end', stream: said[0]?.stream as never, reason });
    await expect(fault).resolves.toBe(code);
    expect(said.map(({ type }) => type)).toEqual(['stream-open', 'stream-end']);
  });

  it('beyond the rules loses the link: credit for nothing, bytes beyond credit, unknown streams, more than it may open', () => {
    const linked = () => {
      const streams = new RealmStreams();
      const said: { stream: never }[] = [];
      streams.linked((frame, written) => {
        said.push(JSON.parse(String(frame)));
        written();
      });
      streams.connect('kms.globex.example' as never).on('error', () => undefined);
      return { streams, stream: said[0]?.stream as never };
    };
    const strayed = { code: 'platform/stream-rules' };
    const { streams, stream } = linked();
    expect(() => streams.receive({ type: 'stream-credit', stream, bytes: 1 })).toThrow(
      expect.objectContaining(strayed),
    );
    expect(() => streams.receive({ type: 'stream-end', stream: newId() })).toThrow(expect.objectContaining(strayed));
    const frame = new Uint8Array(17);
    expect(() => streams.receiveBytes(frame)).toThrow(expect.objectContaining({ code: 'wire/invalid-id' }));
    const open = { type: 'stream-open', from: 'kms.globex.example' as never } as const;
    // Each is refused and answered, but this core never says its own last word.
    for (let count = 0; count < 2 * maxStreams; count += 1) streams.receive({ ...open, stream: newId() });
    expect(() => streams.receive({ ...open, stream: newId() })).toThrow(expect.objectContaining(strayed));
  });
});
