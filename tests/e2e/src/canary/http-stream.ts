/** One connection as its two ends wrote it. */
export interface Conversation {
  readonly sent: Buffer;
  readonly answered: Buffer;
}

export interface HttpMessage {
  /** Request or status line and headers. */
  readonly head: string;
  readonly body: Buffer;
}

export interface Exchange {
  readonly request: HttpMessage;
  /** Missing when the capture ended first. */
  readonly answer: HttpMessage | undefined;
}

export interface Read {
  readonly exchanges: readonly Exchange[];
  /** Payloads of websocket frames, unmasked: on the wire a client's are not what they say (RFC 6455 §5.3). */
  readonly frames: readonly Buffer[];
}

/** Reads an HTTP/1.1 connection, kept alive or upgraded to a websocket, so that what is chunked or masked can be searched. */
export const readConversation = ({ sent, answered }: Conversation): Read => {
  const requests = messagesOf(sent, false);
  const answers = messagesOf(answered, true);
  const final = answers.messages.filter(({ head }) => !/^HTTP\/1\.1 100/.test(head));
  return {
    exchanges: requests.messages.map((request, index) => ({ request, answer: final[index] })),
    frames: [...framesOf(requests.rest), ...framesOf(answers.rest)],
  };
};

export const pathOf = ({ head }: HttpMessage): string => /^\S+ ([^ ?]*)/.exec(head)?.[1] ?? '';

export const headerOf = ({ head }: HttpMessage, name: string): string | undefined =>
  new RegExp(`^${name}: *(.*)$`, 'im').exec(head)?.[1]?.trim();

const messagesOf = (stream: Buffer, answers: boolean): { messages: HttpMessage[]; rest: Buffer } => {
  const messages: HttpMessage[] = [];
  let at = 0;
  while (at < stream.length) {
    const end = stream.indexOf('\r\n\r\n', at);
    if (end < 0) break;
    const head = stream.toString('latin1', at, end);
    at = end + 4;
    const upgraded = answers ? head.startsWith('HTTP/1.1 101') : /^upgrade: *websocket/im.test(head);
    const body = upgraded ? { bytes: Buffer.alloc(0), end: at } : bodyOf(stream, at, head);
    at = body.end;
    messages.push({ head, body: body.bytes });
    if (upgraded) return { messages, rest: stream.subarray(at) };
  }
  return { messages, rest: Buffer.alloc(0) };
};

const bodyOf = (stream: Buffer, from: number, head: string): { bytes: Buffer; end: number } => {
  const message = { head, body: Buffer.alloc(0) };
  if (/chunked/i.test(headerOf(message, 'transfer-encoding') ?? '')) return chunksOf(stream, from);
  const end = from + Number(headerOf(message, 'content-length') ?? 0);
  return { bytes: stream.subarray(from, end), end };
};

const chunksOf = (stream: Buffer, from: number): { bytes: Buffer; end: number } => {
  const chunks: Buffer[] = [];
  let at = from;
  for (;;) {
    const line = stream.indexOf('\r\n', at);
    if (line < 0) return { bytes: Buffer.concat(chunks), end: stream.length };
    const size = Number.parseInt(stream.toString('latin1', at, line), 16);
    chunks.push(stream.subarray(line + 2, line + 2 + size));
    at = line + 2 + size + 2;
    if (size === 0) return { bytes: Buffer.concat(chunks), end: at };
  }
};

const framesOf = (stream: Buffer): Buffer[] => {
  const payloads: Buffer[] = [];
  let at = 0;
  while (at + 2 <= stream.length) {
    const second = stream.readUInt8(at + 1);
    const short = second & 0x7f;
    const extended = short === 126 ? 2 : short === 127 ? 8 : 0;
    if (at + 2 + extended > stream.length) break;
    const size =
      extended === 2 ? stream.readUInt16BE(at + 2) : extended === 8 ? Number(stream.readBigUInt64BE(at + 2)) : short;
    const keyAt = at + 2 + extended;
    const from = (second & 0x80) === 0 ? keyAt : keyAt + 4;
    const key = stream.subarray(keyAt, from);
    const payload = Buffer.from(stream.subarray(from, from + size));
    if (key.length === 4)
      for (let i = 0; i < payload.length; i += 1) payload[i] = (payload[i] ?? 0) ^ (key[i % 4] ?? 0);
    payloads.push(payload);
    at = from + size;
  }
  return payloads;
};
