import { maxStreams, newId, streamCredit } from '@cloister/wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StreamWorld, type TestEnd, type TestNode } from '../testing/stream-world.ts';

const numRuns = Number(process.env.CLOISTER_RUNS ?? 100);
const strayed = expect.objectContaining({ code: 'platform/stream-rules' });

type Step = readonly [what: (typeof steps)[number], first: number, second: number];

const steps = ['open', 'write', 'read', 'end', 'break', 'to-core', 'to-node', 'told', 'lose', 'connect'] as const;
const often: Record<(typeof steps)[number], number> = {
  open: 4,
  write: 12,
  read: 6,
  end: 2,
  break: 1,
  'to-core': 12,
  'to-node': 12,
  told: 8,
  lose: 1,
  connect: 1,
};

const script = fc.array(
  fc.tuple(
    fc.oneof(...steps.map((step) => ({ arbitrary: fc.constant(step), weight: often[step] }))),
    fc.nat(1000),
    fc.oneof(fc.constantFrom(1, 2, 16_384, 16_385, 100_000, streamCredit), fc.nat(20_000)),
  ),
  { minLength: 20, maxLength: 400 },
);

const pick = <T>(from: readonly T[], at: number): T | undefined => from[at % Math.max(1, from.length)];

const take = (world: StreamWorld, [what, first, second]: Step): void => {
  const living = world.nodes.filter((node) => !node.isLost);
  const node = pick(living, first);
  const end = pick(world.ends, first);
  if (what === 'connect') world.connect(pick(world.hosts, first) as never);
  if (node === undefined) return;
  if (what === 'open' && node.streams.opened < maxStreams) world.open(node, pick(world.hosts, second) as never);
  if (what === 'write') end?.write(second);
  if (what === 'read') end?.read(second);
  if (what === 'end') end?.end();
  if (what === 'break') end?.end('broken');
  if (what === 'to-core') for (let count = second % 20; count >= 0; count -= 1) world.deliverToCore(node);
  if (what === 'to-node') for (let count = second % 20; count >= 0; count -= 1) world.deliverToNode(node);
  if (what === 'told') for (const { tell } of node[second % 2 ? 'toCore' : 'toNode'].unwritten.splice(0, 3)) tell();
  if (what === 'lose') world.lose(node);
};

/** What must hold once nothing is under way any more. */
const checkSettled = (world: StreamWorld): void => {
  for (const end of world.ends) {
    const { other } = end;
    expect(end.received).toBeLessThanOrEqual(other?.written ?? 0);
    if (other === undefined) expect(end.isOver).toBe(true);
    else if (!end.isOver) {
      // Open at both sides, with every byte there.
      expect([other.isOver, end.received]).toEqual([false, other.written]);
    } else {
      expect(other.isOver).toBe(true);
      // An orderly end that crossed no other comes after everything that was written.
      const orderly = end.ended !== undefined && end.ended.reason === undefined && other.endedItself;
      if (orderly && !end.endedItself) expect(end.received).toBe(other.written);
    }
  }
};

/** Every place is free again: as many streams as there may be can be opened from and to each node. */
const checkNothingLeaks = (world: StreamWorld): void => {
  for (const end of world.ends) end.end();
  world.settle();
  expect(world.relay.open).toBe(0);
  for (const node of world.nodes) expect([node.streams.opened, node.streams.accepted]).toEqual([0, 0]);
  for (const node of [...world.nodes]) world.lose(node);
  expect(world.metrics.render()).toContain('\ncloister_core_streams 0\n');
};

const checkBounded = ({ toCore, toNode }: TestNode): void => {
  // The window, and the frame that fills it.
  for (const wire of [toCore, toNode]) expect(wire.mostUnderway).toBeLessThanOrEqual(64 * 1024 + 16_400);
};

describe('the relay of streams (wires.md §13)', () => {
  it('brings every byte once, in order, to the right stream, or ends the stream at both ends; and keeps nothing (R361)', () => {
    fc.assert(
      fc.property(script, (played) => {
        const world = new StreamWorld();
        for (const host of [...world.hosts, ...world.hosts]) world.connect(host);
        for (const step of played) take(world, step);
        world.settle();
        checkSettled(world);
        for (const node of world.nodes) checkBounded(node);
        checkNothingLeaks(world);
      }),
      { numRuns },
    );
  });
});

/** A world of one node a realm, and a stream from the first to the second. */
const joined = () => {
  const world = new StreamWorld();
  const [acme, globex] = world.hosts.map((host) => world.connect(host)) as [TestNode, TestNode];
  const near = world.open(acme, globex.kmsHost);
  near.write(1);
  world.settle();
  return { world, acme, globex, near, far: near.other as TestEnd };
};

const deliverAll = (world: StreamWorld, node: TestNode): void => {
  while (world.deliverToCore(node) || world.deliverToNode(node));
  for (const wire of [node.toCore, node.toNode]) for (const { tell } of wire.unwritten.splice(0)) tell();
};

describe('what the relay refuses', () => {
  it.each([
    ['a realm that nobody registered', 'kms.unknown.test', 'unknown-realm'],
    ['a realm without a node', 'kms.initech.test', 'unreachable'],
    ['the own realm', 'kms.acme.test', 'refused'],
  ])('%s', (_, to, reason) => {
    const { world, acme } = joined();
    for (const node of world.nodes) if (node.kmsHost === 'kms.initech.test') world.lose(node);
    const end = world.open(acme, to as never);
    end.write(streamCredit);
    world.settle();
    expect(end.ended).toEqual({ reason });
    expect(world.metrics.render()).toContain(`cloister_core_streams_refused_total{reason="${reason}"} 1`);
  });

  it('a 65th stream to a node, and takes the idlest node of a realm', () => {
    const { world, acme, globex } = joined();
    const other = world.connect(globex.kmsHost);
    const second = world.connect(acme.kmsHost);
    const third = world.connect(acme.kmsHost);
    for (let count = 1; count < maxStreams; count += 1) world.open(acme, globex.kmsHost);
    for (let count = 0; count < maxStreams; count += 1) world.open(second, globex.kmsHost);
    world.settle();
    expect([globex.streams.accepted, other.streams.accepted]).toEqual([maxStreams, maxStreams]);
    const beyond = world.open(third, globex.kmsHost);
    world.settle();
    expect(beyond.ended).toEqual({ reason: 'too-many' });
  });

  it('what a node opens beyond 64, and gives the node up at 128 that it does not end', () => {
    const { world, acme, globex } = joined();
    const said: string[] = [];
    acme.toNode.frames.length = 0;
    const open = () => world.say(acme, { type: 'stream-open', stream: newId(), to: globex.kmsHost });
    for (let count = 1; count < 2 * maxStreams; count += 1) open();
    expect(open).toThrow(strayed);
    for (let told = acme.toNode.unwritten.splice(0); told.length > 0; told = acme.toNode.unwritten.splice(0)) {
      for (const { tell } of told) tell();
    }
    said.push(...acme.toNode.frames.map(String));
    expect(said.filter((frame) => frame.includes('too-many'))).toHaveLength(maxStreams);
    expect(globex.streams.accepted).toBe(1);
    world.lose(acme);
    world.settle();
    expect([world.relay.open, globex.streams.accepted]).toEqual([0, 0]);
  });
});

describe('a node that does not keep to the rules is given up', () => {
  const id = (world: StreamWorld, node: TestNode) => {
    world.open(node, 'kms.globex.test' as never);
    const { stream } = JSON.parse(String(node.toCore.frames.at(-1)));
    world.settle();
    return stream;
  };
  const frame = (stream: string, length: number) =>
    Buffer.concat([Buffer.from(stream.replaceAll('-', ''), 'hex'), Buffer.alloc(length)]);

  it('when it sends beyond its credit', () => {
    const { world, acme } = joined();
    const stream = id(world, acme);
    for (let count = 0; count < 16; count += 1) world.relay.receiveBytes(acme, frame(stream, 16_384));
    expect(() => world.relay.receiveBytes(acme, frame(stream, 1))).toThrow(strayed);
  });

  it('when it sends on a stream that never was, or that another node opened', () => {
    const { world, acme, globex } = joined();
    const stream = id(world, acme);
    for (const call of [
      () => world.relay.receiveBytes(acme, frame(newId(), 1)),
      () => world.relay.receiveBytes(globex, frame(stream, 1)),
      () => world.relay.receive(globex, { type: 'stream-credit', stream, bytes: 1 }),
      () => world.relay.receive(globex, { type: 'stream-end', stream }),
    ]) {
      expect(call).toThrow(strayed);
    }
  });

  it('when it gives credit for what was not sent to it', () => {
    const { world, acme, far } = joined();
    const stream = id(world, acme);
    expect(() => world.relay.receive(acme, { type: 'stream-credit', stream, bytes: 1 })).toThrow(strayed);
    far.write(10);
    world.settle();
    expect(() => world.relay.receive(acme, { type: 'stream-credit', stream, bytes: 11 })).toThrow(strayed);
  });

  it('when it ends twice, goes on after its end, or opens twice', () => {
    const { world, acme, globex } = joined();
    const stream = id(world, acme);
    expect(() => world.relay.receive(acme, { type: 'stream-open', stream, to: globex.kmsHost })).toThrow(strayed);
    world.relay.receive(acme, { type: 'stream-end', stream });
    expect(() => world.relay.receiveBytes(acme, frame(stream, 1))).toThrow(strayed);
    expect(() => world.relay.receive(acme, { type: 'stream-end', stream })).toThrow(strayed);
  });

  it('and what it sends in single bytes takes the memory of its bytes', () => {
    const { world, acme, globex } = joined();
    const stream = id(world, acme);
    for (let count = 0; count < streamCredit; count += 1) world.relay.receiveBytes(acme, frame(stream, 1));
    const sizes: number[] = [];
    for (let told = globex.toNode.unwritten.splice(0); told.length > 0; told = globex.toNode.unwritten.splice(0)) {
      for (const { bytes, tell } of told) {
        sizes.push(bytes);
        tell();
      }
    }
    // What the link took at once, frame by frame; the rest waited in full ones.
    const full = sizes.filter((size) => size === 16_400).length;
    expect(full * 16_384).toBeGreaterThan(streamCredit - 64 * 1024);
  });
});

describe('streams on one link', () => {
  it('go on while one of them is not read, and while another link stalls', () => {
    const { world, acme, globex, near, far } = joined();
    const initech = world.nodes.find(({ kmsHost }) => kmsHost === 'kms.initech.test') as TestNode;
    const stalled = world.open(initech, globex.kmsHost);
    const free = world.open(acme, initech.kmsHost);
    world.settle();
    // Nothing is read of the first; the link to globex takes nothing at all.
    near.write(streamCredit);
    stalled.write(streamCredit);
    for (let total = 0; total < 4 * streamCredit; total += streamCredit) {
      free.write(streamCredit);
      for (let round = 0; round < 20; round += 1) {
        deliverAll(world, acme);
        deliverAll(world, initech);
        const end = free.other as TestEnd;
        end.read(end.unread);
      }
    }
    expect(free.other?.received).toBe(4 * streamCredit);
    expect(far.received).toBe(1);
    expect(near.side?.sendable).toBe(0);
    world.settle();
    expect([far.received, stalled.other?.received]).toEqual([streamCredit + 1, streamCredit]);
  });

  it('take turns: a stream with little to say waits for one frame of each other', () => {
    const { world, acme, globex } = joined();
    for (let count = 0; count < 10; count += 1) world.open(acme, globex.kmsHost).write(streamCredit);
    world.settle();
    const loud = world.ends.filter((end) => end.node === globex && end.other !== undefined);
    // From globex to acme: all loud ones first, then a quiet one.
    const quiet = loud.pop() as TestEnd;
    for (const end of loud) end.write(streamCredit);
    quiet.write(1);
    deliverAll(world, globex);
    let before = 0;
    for (;;) {
      while (acme.toNode.frames.length > 0 && quiet.other?.received === 0) {
        const next = acme.toNode.frames[0];
        before += typeof next === 'string' ? 0 : (next?.length ?? 0);
        world.deliverToNode(acme);
      }
      if (quiet.other?.received === 1) break;
      for (const wire of [acme.toNode, globex.toCore]) for (const { tell } of wire.unwritten.splice(0)) tell();
      while (world.deliverToCore(globex));
    }
    expect(before).toBeLessThan(2 * (64 * 1024 + loud.length * 16_400));
  });
});
