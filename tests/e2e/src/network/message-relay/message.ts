import { parseStreamBytes } from '@cloister/wire';

/** Who sent it. */
export type Side = 'core' | 'realm';

/** One whole message of a realm's link to the core, as far as the relay needs to know it (docs/wires.md §4, §13). */
export interface Message {
  readonly from: Side;
  /** As the wires name it; `stream-bytes` for the binary ones. */
  readonly type: string;
  /** What it is about: the operation, the batch, the stream. Messages about one thing keep their order. */
  readonly about: string;
  /** What an answer names again. */
  readonly id?: string;
  /** Only in what the core asks. */
  readonly roomId?: string;
  readonly kind?: string;
}

interface Fields {
  readonly type: string;
  readonly [field: string]: unknown;
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

export const messageOf = (from: Side, data: Buffer, isBinary: boolean): Message => {
  if (isBinary) return { from, type: 'stream-bytes', about: parseStreamBytes(data).stream };
  const { type, id, stream, batch, operationId, roomId, kind } = JSON.parse(data.toString('utf8')) as Fields;
  return {
    from,
    type,
    about: text(stream) ?? text(batch) ?? text(operationId) ?? type,
    ...(typeof id === 'string' ? { id } : {}),
    ...(typeof roomId === 'string' ? { roomId } : {}),
    ...(typeof kind === 'string' ? { kind } : {}),
  };
};

/** Streams carry TLS: a byte that is missing, doubled or out of place is an attack, and another suite's. */
export const isOfStream = ({ type }: Message): boolean => type.startsWith('stream-');
