import { isRecord, numberOf, textOf, type UnknownRecord } from '../json.ts';

/** What arrives on the event socket (kms.md §3.5), as far as a client acts on it. */
export type SocketFrame =
  | { readonly type: 'pong'; readonly id: string }
  | { readonly type: 'shutdown' }
  | {
      readonly type: 'event';
      readonly id: string;
      readonly eventType: string;
      readonly data: UnknownRecord;
      readonly sequenceNumber?: number;
    };

/** Frames that are none of these are `undefined`: a newer server may say more than this client knows. */
export const parseSocketFrame = (text: unknown): SocketFrame | undefined => {
  const frame = parseObject(text);
  if (frame === undefined) return undefined;
  const id = textOf(frame, 'id');
  if (frame.type === 'shutdown') return { type: 'shutdown' };
  if (frame.type === 'pong') return id === undefined ? undefined : { type: 'pong', id };
  const { data } = frame;
  const eventType = textOf(data, 'eventType');
  const sequenceNumber = numberOf(frame, 'sequenceNumber');
  if (frame.type !== undefined || id === undefined || eventType === undefined || !isRecord(data)) return undefined;
  return { type: 'event', id, eventType, data, ...(sequenceNumber === undefined ? {} : { sequenceNumber }) };
};

const parseObject = (text: unknown): UnknownRecord | undefined => {
  if (typeof text !== 'string') return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
};
