import { createHash } from 'node:crypto';
import { Metrics } from '@cloister/health';
import { openLog } from '@cloister/logging';
import { LinkStreams, type StreamHandler, type StreamSide } from '@cloister/streams';
import {
  isStreamFrame,
  type KmsHost,
  newId,
  parseCoreFrame,
  parseRealmFrame,
  type StreamEndReason,
  type Uuid,
} from '@cloister/wire';
import { streamMetrics } from '../realm-link/stream-metrics.ts';
import { type StreamNode, StreamRelay } from '../realm-link/stream-relay.ts';

type Frame = string | Uint8Array;

/** Frames on their way to one end of a link, oldest first, and those it has not told the sender of. */
export class Wire {
  readonly frames: Frame[] = [];
  readonly unwritten: { readonly bytes: number; readonly tell: () => void }[] = [];
  /** What a stalled link holds of streams at the most. */
  mostUnderway = 0;

  readonly send = (frame: Frame, tell: () => void): void => {
    this.frames.push(frame);
    if (typeof frame !== 'string') this.unwritten.push({ bytes: frame.length, tell });
    else if (frame.includes('stream-open')) tell();
    else this.unwritten.push({ bytes: frame.length, tell });
    const underway = this.unwritten.reduce((sum, { bytes }) => sum + bytes, 0);
    this.mostUnderway = Math.max(this.mostUnderway, underway);
  };
}

/** One end of one stream, with what it wrote, what it was given, and how it ended. */
export class TestEnd {
  /** Which bytes it writes: those of another end differ. */
  readonly source: Buffer;
  side: StreamSide | undefined;
  other: TestEnd | undefined;
  written = 0;
  received = 0;
  unread = 0;
  endedItself = false;
  ended: { readonly reason: StreamEndReason | undefined } | undefined;
  readonly node: TestNode;

  constructor(node: TestNode, name: string) {
    this.node = node;
    this.source = createHash('shake256', { outputLength: 65_521 }).update(name).digest();
  }

  get isOver(): boolean {
    return this.endedItself || this.ended !== undefined;
  }

  readonly handler: StreamHandler = {
    bytes: (bytes) => {
      if (this.isOver) throw new RangeError('bytes after the end');
      const expected = this.other?.pieceOf(this.received, bytes.length);
      if (expected === undefined || !expected.equals(bytes)) throw new RangeError('not the bytes that were written');
      this.received += bytes.length;
      this.unread += bytes.length;
    },
    credit: () => undefined,
    ended: (reason) => {
      if (this.ended !== undefined) throw new RangeError('ended twice');
      this.ended = { reason };
    },
  };

  pieceOf(from: number, length: number): Buffer {
    const piece = Buffer.alloc(length);
    for (let at = 0; at < length; ) {
      at += this.source.copy(piece, at, (from + at) % this.source.length, this.source.length);
    }
    return piece;
  }

  write(length: number): void {
    const bytes = this.pieceOf(this.written, Math.min(length, this.side?.sendable ?? 0));
    if (bytes.length === 0 || this.isOver) return;
    this.side?.write(bytes);
    this.written += bytes.length;
  }

  read(length: number): void {
    const bytes = Math.min(length, this.unread);
    this.unread -= bytes;
    if (bytes > 0) this.side?.grant(bytes);
  }

  end(reason?: 'broken'): void {
    if (this.isOver) return;
    this.endedItself = true;
    this.side?.end(reason);
  }
}

/** A realm's process: a key server's real end of its link, and the wires to and from the core. */
export class TestNode implements StreamNode {
  readonly kmsHost: KmsHost;
  readonly toCore = new Wire();
  readonly toNode = new Wire();
  readonly sendStream = this.toNode.send;
  readonly streams = new LinkStreams(this.toCore.send);
  isLost = false;

  constructor(kmsHost: KmsHost) {
    this.kmsHost = kmsHost;
  }
}

/** The core's relay between any number of nodes, where nothing moves unless told. */
export class StreamWorld {
  readonly hosts = ['kms.acme.test', 'kms.globex.test', 'kms.initech.test'] as KmsHost[];
  readonly nodes: TestNode[] = [];
  /** Both ends of each stream that somebody opened; the second appears when the core has found a node. */
  readonly ends: TestEnd[] = [];
  readonly metrics = new Metrics();
  readonly relay: StreamRelay;
  /** The end that opened a stream, by its id; the core's id for the same stream leads to it too. */
  readonly #openers = new Map<Uuid, TestEnd>();
  #joining: TestEnd | undefined;

  constructor() {
    this.relay = new StreamRelay({
      isKnown: (kmsHost) => this.hosts.includes(kmsHost),
      nodesOf: (kmsHost) => this.nodes.filter((node) => node.kmsHost === kmsHost && !node.isLost),
      newId: () => {
        const id = newId();
        if (this.#joining !== undefined) this.#openers.set(id, this.#joining);
        return id;
      },
      metrics: streamMetrics(this.metrics, () => this.relay.open),
      log: openLog({ name: 'core', level: 'silent' }),
    });
  }

  connect(kmsHost: KmsHost): TestNode {
    const node = new TestNode(kmsHost);
    this.nodes.push(node);
    return node;
  }

  open(node: TestNode, to: KmsHost): TestEnd {
    const stream = newId();
    const end = new TestEnd(node, stream);
    this.#openers.set(stream, end);
    end.side = node.streams.open({ type: 'stream-open', stream, to }, end.handler);
    this.ends.push(end);
    return end;
  }

  /** The core hears a frame of a node, whatever the node itself knows of it. */
  say(node: TestNode, frame: Parameters<StreamRelay['receive']>[1]): void {
    this.#joining = frame.type === 'stream-open' ? this.#openers.get(frame.stream) : undefined;
    this.relay.receive(node, frame);
  }

  /** One frame arrives; whether there was one. */
  deliverToCore(node: TestNode): boolean {
    const frame = node.toCore.frames.shift();
    if (frame === undefined || node.isLost) return false;
    if (typeof frame !== 'string') this.relay.receiveBytes(node, frame);
    else {
      const said = parseRealmFrame(frame);
      if (!isStreamFrame(said)) throw new RangeError('no frame of a stream');
      this.say(node, said);
    }
    return true;
  }

  deliverToNode(node: TestNode): boolean {
    const frame = node.toNode.frames.shift();
    if (frame === undefined || node.isLost) return false;
    if (typeof frame !== 'string') node.streams.receiveBytes(Buffer.from(frame));
    else {
      const said = parseCoreFrame(frame);
      if (!isStreamFrame(said)) throw new RangeError('no frame of a stream');
      if (said.type === 'stream-open') node.streams.accept(said.stream, (side) => this.#taken(node, said.stream, side));
      else node.streams.receive(said);
    }
    return true;
  }

  lose(node: TestNode): void {
    if (node.isLost) return;
    node.isLost = true;
    node.toCore.frames.length = 0;
    node.toNode.frames.length = 0;
    this.relay.lost(node);
    node.streams.lose();
  }

  /** Everything under way arrives, and everything that came is read. */
  settle(): void {
    for (let moved = true; moved; ) {
      moved = false;
      for (const node of this.nodes.filter(({ isLost }) => !isLost)) {
        for (const wire of [node.toCore, node.toNode]) {
          for (const { tell } of wire.unwritten.splice(0)) tell();
        }
        while (this.deliverToCore(node) || this.deliverToNode(node)) moved = true;
      }
      for (const end of this.ends) end.read(end.unread);
    }
  }

  #taken(node: TestNode, stream: Uuid, side: StreamSide): StreamHandler {
    const opener = this.#openers.get(stream);
    if (opener?.other !== undefined) throw new RangeError('a stream that nobody opened');
    const end = new TestEnd(node, stream);
    end.side = side;
    if (opener === undefined) return end.handler;
    end.other = opener;
    opener.other = end;
    this.ends.push(end);
    return end.handler;
  }
}
