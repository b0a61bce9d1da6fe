import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type Duplex, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setImmediate as turn } from 'node:timers/promises';
import { database, type TestDatabase } from '@cloister/testkit';
import { type CloisterError, formatStreamBytes, maxStreams, newId, streamCredit, type Uuid } from '@cloister/wire';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { CoreClient } from '../testing/core-internals.ts';
import { CoreProcess } from '../testing/core-process.ts';
import { LinkedNode } from '../testing/linked-node.ts';

const [acmeHost, globexHost] = ['kms.acme.example', 'kms.globex.example'] as const;

let base: TestDatabase;
let core: CoreProcess;
let acme: LinkedNode;
let globex: LinkedNode;

beforeAll(async () => {
  base = await database();
  core = await CoreProcess.start(base, [acmeHost, globexHost]);
});
beforeEach(async () => {
  acme = await LinkedNode.connect(core, acmeHost);
  globex = await LinkedNode.connect(core, globexHost);
});
afterEach(async () => {
  await Promise.all([acme.stop(), globex.stop()]);
});
afterAll(async () => {
  await core.close();
  await base.drop();
});

/** A stream from one node to a realm, and what a node there is given. */
const opened = async (from: LinkedNode, to: LinkedNode, kmsHost: string): Promise<{ near: Duplex; far: Duplex }> => {
  const taken = new Promise<Duplex>((resolve) => to.streams.onStream(resolve));
  const near = from.streams.connect(kmsHost as never);
  return { near, far: await taken };
};

const faultOf = async (stream: Duplex): Promise<string> => {
  const [error] = (await once(stream, 'error')) as [CloisterError];
  return error.code;
};

/** So many bytes that repeat nowhere, in pieces of any size, and what they hash to. */
const manyBytes = (total: number) => {
  const base = randomBytes(1024 * 1024 + 7);
  const hash = createHash('sha256');
  const pieces = function* () {
    for (let sent = 0, index = 0; sent < total; index += 1) {
      const size = Math.min(total - sent, 1 + ((index * 7_919) % 150_001));
      const piece = Buffer.from(base.subarray(index % 1_000, (index % 1_000) + size));
      piece[0] = index & 255;
      hash.update(piece);
      sent += size;
      yield piece;
    }
  };
  return { bytes: Readable.from(pieces()), digest: () => hash.digest('hex') };
};

/** What came until so many bytes are there. */
const hashOf = (stream: Duplex, total: number): Promise<string> =>
  new Promise((resolve, reject) => {
    const hash = createHash('sha256');
    let came = 0;
    stream.on('error', reject);
    stream.on('data', (part: Buffer) => {
      hash.update(part);
      came += part.length;
      if (came >= total) resolve(came === total ? hash.digest('hex') : `${came} bytes`);
    });
  });

describe('a tunnel through a real core (wires.md §13)', () => {
  it('carries 50 MB both ways at once, byte for byte (R361)', async () => {
    const { near, far } = await opened(acme, globex, globexHost);
    const total = 50_000_000;
    const [there, back] = [manyBytes(total), manyBytes(total)];
    const came = [hashOf(far, total), hashOf(near, total)];
    there.bytes.pipe(near, { end: false });
    back.bytes.pipe(far, { end: false });
    const [atFar, atNear] = await Promise.all(came);
    expect([atFar, atNear]).toEqual([there.digest(), back.digest()]);
    expect(await core.metric('cloister_core_streams')).toBe(1);
    near.end();
    await Promise.all([once(near, 'close'), once(far, 'close')]);
    while ((await core.metric('cloister_core_streams')) > 0);
  });

  it('goes on beside a stream that nobody reads, which holds its credit and no more', async () => {
    const stuck = await opened(acme, globex, globexHost);
    const free = await opened(acme, globex, globexHost);
    let taken = 0;
    stuck.near.on('error', () => undefined);
    const chunk = Buffer.alloc(16_384);
    const push = () =>
      stuck.near.write(chunk, (error) => {
        if (error !== undefined && error !== null) return;
        taken += chunk.length;
        push();
      });
    push();
    const total = 5_000_000;
    const { bytes, digest } = manyBytes(total);
    const came = hashOf(free.far, total);
    bytes.pipe(free.near, { end: false });
    expect(await came).toBe(digest());
    // A credit, and what the unread stream's own buffer asks for.
    expect(taken).toBeLessThanOrEqual(streamCredit + 2 * 65_536);
    for (const stream of [stuck.near, free.near]) stream.destroy();
  });

  it('lets a client’s message go before megabytes of streams that wait for the same link', async () => {
    const person = core.identity.person(core.realm(globexHost).organisationId);
    await core.identity.settled();
    const client = new CoreClient(core.socket, person);
    await client.register();
    let came = 0;
    globex.streams.onStream((stream) => {
      stream.on('data', (part: Buffer) => {
        came += part.length;
      });
    });
    const streams = Array.from({ length: 60 }, () => acme.streams.connect(globexHost as never));
    const before = await core.metric('cloister_core_stream_bytes_total');
    for (const stream of streams) stream.write('first');
    while (came < 60 * 5) await turn();
    globex.stall();
    for (const stream of streams) stream.write(Buffer.alloc(streamCredit - 5));
    while ((await core.metric('cloister_core_stream_bytes_total')) - before < 60 * streamCredit);
    const sealed = 'eyJlbmMiOiJBMjU2R0NNIiwiYWxnIjoiZGlyIn0..mox8x2gjHqpItX1w.RQek5Fo.cSj8zh1RqNQqjBSDlAQdzw';
    const body = { destination: globexHost, kmsMessages: [sealed] };
    const atMessage = new Promise<number>((resolve) => {
      globex.onBatch = () => resolve(came);
    });
    expect((await client.ask('/encryption/api/v1/kms/messages', { method: 'POST', body })).status).toBe(202);
    globex.goOn();
    // 15 MB of streams wait: ahead of the message is what the system's own buffers had taken, and a window of 64 KiB.
    expect(await atMessage).toBeLessThan(2_000_000);
    while (came < 60 * streamCredit) await turn();
    for (const stream of streams) stream.destroy();
  });

  it('ends with the node at its other end, and the next one leads to a node that is there', async () => {
    const { near, far } = await opened(acme, globex, globexHost);
    const other = await LinkedNode.connect(core, globexHost);
    const flow = manyBytes(50_000_000).bytes.pipe(near);
    await once(far, 'readable');
    const faults = Promise.all([faultOf(near), faultOf(far)]);
    const back = globex.taken();
    globex.cut();
    expect(await faults).toEqual(['kms/peer-lost', 'kms/peer-lost']);
    expect(flow.destroyed).toBe(true);
    const next = await opened(acme, other, globexHost);
    next.near.end('hello');
    expect((await buffer(next.far)).toString()).toBe('hello');
    await back;
    await other.stop();
  });

  it('ends at both ends when the core is killed, and comes back with the core', async () => {
    const { near, far } = await opened(acme, globex, globexHost);
    manyBytes(50_000_000).bytes.pipe(near);
    manyBytes(50_000_000).bytes.pipe(far);
    await Promise.all([once(near, 'readable'), once(far, 'readable')]);
    const faults = Promise.all([faultOf(near), faultOf(far)]);
    await core.kill();
    expect(await faults).toEqual(['kms/peer-lost', 'kms/peer-lost']);
    await expect(faultOf(acme.streams.connect(globexHost as never))).resolves.toBe('kms/peer-unreachable');
    const back = Promise.all([acme.taken(), globex.taken()]);
    await core.start();
    await back;
    const next = await opened(acme, globex, globexHost);
    next.near.end('hello');
    expect((await buffer(next.far)).toString()).toBe('hello');
  });

  it.each([
    ['a realm that the core does not know', 'kms.unknown.example', 'kms/peer-unknown'],
    ['the own realm', acmeHost, 'kms/peer-refused'],
  ])('does not lead to %s', async (_, kmsHost, code) => {
    await expect(faultOf(acme.streams.connect(kmsHost as never))).resolves.toBe(code);
  });

  it('does not lead to a realm that is away', async () => {
    await globex.stop();
    await core.until(({ event, nodeId }) => event === 'realm.disconnected' && nodeId === globex.id);
    await expect(faultOf(acme.streams.connect(globexHost as never))).resolves.toBe('kms/peer-unreachable');
  });
});

describe('a node that does not keep to the rules loses its link, and nobody else anything (threats row 15)', () => {
  /** A second node of acme that says what it likes. */
  const hostile = async () => {
    const ws = new WebSocket(core.linkUrl, { headers: { authorization: `Bearer ${core.token(acmeHost)}` } });
    const said: string[] = [];
    ws.on('message', (data, isBinary) => {
      if (!isBinary) said.push(String(data));
    });
    const closed = once(ws, 'close').then(([code]) => code as number);
    await once(ws, 'open');
    const node = newId();
    const discovery = { kmsCluster: `kms://${acmeHost}`, rsaPublicKey: '{"kty":"RSA"}' };
    const say = (frame: object) => ws.send(JSON.stringify(frame));
    say({ type: 'hello', node, kmsHost: acmeHost, discovery, receiptKid: 'r' });
    await core.until(({ event, nodeId }) => event === 'realm.connected' && nodeId === node);
    const open = (to: string = globexHost): Uuid => {
      const stream = newId();
      say({ type: 'stream-open', stream, to });
      return stream;
    };
    const bytes = (stream: Uuid, length: number) => ws.send(formatStreamBytes({ stream, bytes: Buffer.alloc(length) }));
    const heard = async (word: string, times = 1) => {
      while (said.filter((each) => each.includes(word)).length < times) await once(ws, 'message');
    };
    return { ws, say, open, bytes, closed, heard };
  };

  type Hostile = Awaited<ReturnType<typeof hostile>>;
  const misdeeds: [string, (node: Hostile) => unknown][] = [
    [
      'bytes beyond the credit',
      ({ open, bytes }) => {
        const stream = open();
        for (let count = 0; count < 17; count += 1) bytes(stream, 16_384);
      },
    ],
    ['bytes on a stream that never was', ({ bytes }) => bytes(newId(), 1)],
    ['bytes without a stream', ({ ws }) => ws.send(Buffer.alloc(16))],
    ['a frame too large', ({ ws }) => ws.send(Buffer.alloc(16_401, 0x44))],
    ['credit for nothing', ({ open, say }) => say({ type: 'stream-credit', stream: open(), bytes: 1 })],
    ['credit beyond all bounds', ({ open, say }) => say({ type: 'stream-credit', stream: open(), bytes: 2 ** 40 })],
    [
      'two ends',
      ({ open, say }) => {
        const stream = open();
        for (let count = 0; count < 2; count += 1) say({ type: 'stream-end', stream });
      },
    ],
    ['the same stream twice', ({ open, say }) => say({ type: 'stream-open', stream: open(), to: globexHost })],
    [
      '100,000 opens',
      ({ open }) => {
        for (let count = 0; count < 100_000; count += 1) open();
      },
    ],
  ];

  it.each(misdeeds)('%s', async (_, misdeed) => {
    const { near, far } = await opened(acme, globex, globexHost);
    const taken: Duplex[] = [];
    globex.streams.onStream((stream) => taken.push(stream));
    const node = await hostile();
    misdeed(node);
    expect(await node.closed).toBe(4400);
    // What it opened ends at the other side; the streams of others go on.
    while ((await core.metric('cloister_core_streams')) > 1);
    for (const stream of taken) while (!stream.resume().destroyed) await turn();
    expect(taken.length).toBeLessThanOrEqual(maxStreams);
    near.end('still here');
    expect((await buffer(far)).toString()).toBe('still here');
    expect(core.events.filter((event) => 'droppedCount' in event)).toEqual([]);
  });

  it('and is told of what it may not have, without losing its link: itself, unknown realms, more than 64', async () => {
    globex.streams.onStream(() => undefined);
    const node = await hostile();
    node.open(acmeHost);
    await node.heard('"refused"');
    node.open('kms.unknown.example');
    await node.heard('unknown-realm');
    for (let count = 0; count < 65; count += 1) node.open();
    // The first two are not ended by this node yet, and count.
    await node.heard('too-many', 3);
    expect(node.ws.readyState).toBe(WebSocket.OPEN);
    node.ws.terminate();
    while ((await core.metric('cloister_core_streams')) > 0);
  });
});
