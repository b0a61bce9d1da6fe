import type { Log } from '@cloister/logging';
import { LinkStreams, type SendFrame, type StreamHandler, type StreamSide } from '@cloister/streams';
import {
  type KmsHost,
  maxStreams,
  type StreamCreditFrame,
  type StreamEndFrame,
  type StreamEndReason,
  type StreamOpenToFrame,
  type Uuid,
} from '@cloister/wire';
import type { StreamMetrics } from './stream-metrics.ts';

/** What the relay needs of a realm's process. */
export interface StreamNode {
  readonly kmsHost: KmsHost;
  readonly sendStream: SendFrame;
}

export interface StreamRelayOptions {
  /** Whether a realm of that name is registered. */
  readonly isKnown: (kmsHost: KmsHost) => boolean;
  /** The connected processes of a realm. */
  readonly nodesOf: (kmsHost: KmsHost) => readonly StreamNode[];
  readonly newId: () => Uuid;
  readonly metrics: StreamMetrics;
  readonly log: Log;
}

/**
 * Joins streams of one realm's process to streams at another's (docs/wires.md §13). It passes on what neither the core
 * nor anybody else between the two can read.
 */
export class StreamRelay {
  readonly #options: StreamRelayOptions;
  readonly #links = new Map<StreamNode, LinkStreams>();
  readonly #told = new WeakMap<StreamNode, Set<StreamEndReason>>();

  constructor(options: StreamRelayOptions) {
    this.#options = options;
  }

  /** How many streams are relayed now. */
  get open(): number {
    return [...this.#links.values()].reduce((sum, link) => sum + link.opened, 0);
  }

  /** @throws CloisterError `platform/stream-rules`: the node is to be given up */
  receive(node: StreamNode, frame: StreamOpenToFrame | StreamCreditFrame | StreamEndFrame): void {
    const link = this.#linkOf(node);
    if (frame.type === 'stream-open') link.accept(frame.stream, (near) => this.#join(node, link, near, frame.to));
    else link.receive(frame);
  }

  /** @throws CloisterError `platform/stream-rules` or `wire/…`: the node is to be given up */
  receiveBytes(node: StreamNode, frame: Uint8Array): void {
    this.#linkOf(node).receiveBytes(frame);
  }

  /** To be called once the node is no longer among its realm's. */
  lost(node: StreamNode): void {
    const link = this.#links.get(node);
    this.#links.delete(node);
    link?.lose();
  }

  #join(node: StreamNode, link: LinkStreams, near: StreamSide, to: KmsHost): StreamHandler {
    const found = link.accepted > maxStreams ? 'too-many' : this.#wayTo(to, node.kmsHost);
    if (typeof found === 'string') {
      this.#tellRefused(node, found);
      near.end(found);
      return nobody;
    }
    const frame = { type: 'stream-open', stream: this.#options.newId(), from: node.kmsHost } as const;
    return this.#passOn(found.open(frame, this.#passOn(near)));
  }

  /** The link to the process of that realm with the fewest streams, or why there is none. */
  #wayTo(to: KmsHost, from: KmsHost): LinkStreams | StreamEndReason {
    const { isKnown, nodesOf } = this.#options;
    if (!isKnown(to)) return 'unknown-realm';
    if (to === from) return 'refused';
    const links = nodesOf(to).map((node) => this.#linkOf(node));
    const [idlest] = links.toSorted((a, b) => a.opened - b.opened);
    if (idlest === undefined) return 'unreachable';
    return idlest.opened < maxStreams ? idlest : 'too-many';
  }

  /** One line for each reason and link: a realm that asks in a loop must not fill the log. */
  #tellRefused(node: StreamNode, reason: StreamEndReason): void {
    const { metrics, log } = this.#options;
    metrics.refused(reason);
    const told = this.#told.get(node) ?? new Set();
    if (!told.has(reason)) log.event('stream.refused', { kmsHost: node.kmsHost, reason }, 'warn');
    this.#told.set(node, told.add(reason));
  }

  #passOn(side: StreamSide): StreamHandler {
    return {
      bytes: (bytes) => {
        this.#options.metrics.relayed(bytes.length);
        side.write(bytes);
      },
      credit: (bytes) => side.grant(bytes),
      ended: (reason) => side.end(reason),
    };
  }

  #linkOf(node: StreamNode): LinkStreams {
    const known = this.#links.get(node);
    if (known !== undefined) return known;
    const link = new LinkStreams(node.sendStream);
    this.#links.set(node, link);
    return link;
  }
}

const nobody: StreamHandler = { bytes: () => undefined, credit: () => undefined, ended: () => undefined };
