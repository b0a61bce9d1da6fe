import { isUuid, type RoomId, type UserId } from '@cloister/wire';
import type { Progress, SendFailure } from '../api/send-state.ts';
import type { MessageText } from '../api/timeline-entry.ts';
import { isRecord, numberOf, textOf } from '../json.ts';
import type { Json } from '../store/store.ts';

/** A file whose ciphertext is at the core already: what its sealed reference will hold. */
export interface UploadedFile {
  readonly name: string;
  readonly mimeType: string;
  readonly size: number;
  readonly scr: {
    readonly k: string;
    readonly iv: string;
    readonly tag: string;
    readonly aad: string;
    readonly loc: string;
  };
}

export type OutboxBody =
  | { readonly kind: 'message'; readonly message: MessageText }
  | { readonly kind: 'files'; readonly files: readonly UploadedFile[]; readonly message?: MessageText };

/** What waits to be sent. `key` is its clientTempId: a repeat under it is stored once (wires §3). */
export interface OutboxEntry {
  readonly key: string;
  readonly roomId: RoomId;
  /** Place in its room's queue. */
  readonly order: number;
  /** RFC 3339 */
  readonly at: string;
  readonly body: OutboxBody;
  readonly failure?: SendFailure;
  /** What stopped the last attempt, by code, and may pass. Not kept over a restart, which tries anew. */
  readonly waiting?: string;
}

/** Files still travelling; they enter the queue when they arrived. Not kept over a restart: the bytes are not. */
export interface Uploading {
  readonly key: string;
  readonly roomId: RoomId;
  readonly at: string;
  readonly files: readonly { readonly name: string; readonly mimeType: string; readonly size: number }[];
  readonly message?: MessageText;
  readonly progress: Progress;
  readonly failure?: SendFailure;
}

export const writeOutboxEntry = (entry: OutboxEntry): Json => JSON.parse(JSON.stringify(entry)) as Json;

/** `undefined` for what this version cannot send. */
export const readOutboxEntry = (value: unknown): OutboxEntry | undefined => {
  if (!isRecord(value)) return undefined;
  const [key, roomId, at, order] = [
    textOf(value, 'key'),
    textOf(value, 'roomId'),
    textOf(value, 'at'),
    numberOf(value, 'order'),
  ];
  const body = readBody(value.body);
  if (!isUuid(key) || !isUuid(roomId) || at === undefined || order === undefined || body === undefined)
    return undefined;
  const failure = readFailure(value.failure);
  return { key, roomId: roomId as RoomId, at, order, body, ...(failure === undefined ? {} : { failure }) };
};

const readBody = (value: unknown): OutboxBody | undefined => {
  if (!isRecord(value)) return undefined;
  const message = readMessage(value.message);
  if (value.kind === 'message') return message === undefined ? undefined : { kind: 'message', message };
  if (value.kind !== 'files' || !Array.isArray(value.files)) return undefined;
  const files = value.files.map(readFile).filter((file) => file !== undefined);
  if (files.length === 0 || files.length !== value.files.length) return undefined;
  return { kind: 'files', files, ...(message === undefined ? {} : { message }) };
};

const readMessage = (value: unknown): MessageText | undefined => {
  const [text, html] = [textOf(value, 'text'), textOf(value, 'html')];
  return text === undefined ? undefined : { text, ...(html === undefined ? {} : { html }) };
};

const readFile = (value: unknown): UploadedFile | undefined => {
  if (!isRecord(value)) return undefined;
  const [name, mimeType, size] = [textOf(value, 'name'), textOf(value, 'mimeType'), numberOf(value, 'size')];
  const { scr } = value;
  const [k, iv, tag, aad, loc] = ['k', 'iv', 'tag', 'aad', 'loc'].map((member) => textOf(scr, member));
  if (name === undefined || mimeType === undefined || size === undefined) return undefined;
  if (k === undefined || iv === undefined || tag === undefined || aad === undefined || loc === undefined)
    return undefined;
  return { name, mimeType, size, scr: { k, iv, tag, aad, loc } };
};

const readFailure = (value: unknown): SendFailure | undefined => {
  const [code, detail] = [textOf(value, 'code'), textOf(value, 'detail')];
  if (!isRecord(value) || code === undefined) return undefined;
  const people = Array.isArray(value.people) ? value.people.filter((id): id is UserId => isUuid(id)) : undefined;
  return {
    code,
    ...(detail === undefined ? {} : { detail }),
    ...(people === undefined ? {} : { people }),
  };
};
