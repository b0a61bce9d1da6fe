/**
 * One end of a link that carries many byte streams: credit, fair turns, ends, and what may not be done on it.
 * Never learns what the bytes are or who they are for.
 * @see docs/wires.md §13
 */
export { ByteQueue } from './byte-queue.ts';
export { LinkStreams, type SendFrame } from './link-streams.ts';
export type { StreamHandler, StreamSide } from './stream-side.ts';
