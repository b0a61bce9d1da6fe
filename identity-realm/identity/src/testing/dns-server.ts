import { createSocket, type RemoteInfo } from 'node:dgram';
import { once } from 'node:events';

/** One TXT record: its strings, and the name it is at where that is not the name asked for. */
export interface TxtRecord {
  readonly strings: readonly string[];
  readonly at?: string;
}

/** What the server does with questions about a name: records, a refusal, or nothing at all. */
export type DnsBehaviour = readonly TxtRecord[] | 'no-such-name' | 'failure' | 'refusal' | 'silence' | 'garbage';

const codes = { 'no-such-name': 3, failure: 2, refusal: 5, garbage: 0 } as const;
const nameAskedFor = Buffer.from([0xc0, 12]);

/** A DNS server of its own on the loopback, over UDP (RFC 1035 §4). What it does not know is no such name. */
export class DnsServer {
  readonly #socket = createSocket('udp4');
  readonly #behaviours = new Map<string, DnsBehaviour>();
  #held: (() => void)[] | undefined;
  /** The names asked for, in order. */
  readonly asked: string[] = [];

  static async open(): Promise<DnsServer> {
    const server = new DnsServer();
    server.#socket.on('message', (question, from) => server.#answer(question, from));
    server.#socket.bind(0, '127.0.0.1');
    await once(server.#socket, 'listening');
    return server;
  }

  get address(): string {
    return `127.0.0.1:${this.#socket.address().port}`;
  }

  /** Sets what is said of a name from now on. */
  say(name: string, behaviour: DnsBehaviour): void {
    this.#behaviours.set(name, behaviour);
  }

  /** A record of one string, as an administrator writes it. */
  publish({ name, value }: { readonly name: string; readonly value: string }): void {
    this.say(name, [{ strings: [value] }]);
  }

  forget(): void {
    this.#behaviours.clear();
  }

  /** Keeps answers back until the returned function is called. */
  hold(): () => void {
    const held: (() => void)[] = [];
    this.#held = held;
    return () => {
      this.#held = undefined;
      for (const send of held) send();
    };
  }

  async close(): Promise<void> {
    this.#socket.close();
    await once(this.#socket, 'close');
  }

  #answer(message: Buffer, { address, port }: RemoteInfo): void {
    const { name, question } = readQuestion(message);
    this.asked.push(name);
    const behaviour = this.#behaviours.get(name) ?? 'no-such-name';
    if (behaviour === 'silence') return;
    const records = typeof behaviour === 'string' ? [] : behaviour.map(writeRecord);
    const head = Buffer.alloc(12);
    message.copy(head, 0, 0, 2);
    // A recursive answer to a recursive question.
    head.writeUInt16BE(0x8180 | (typeof behaviour === 'string' ? codes[behaviour] : 0), 2);
    head.writeUInt16BE(1, 4);
    head.writeUInt16BE(records.length, 6);
    const answer =
      behaviour === 'garbage' ? Buffer.from('no DNS message') : Buffer.concat([head, question, ...records]);
    const send = () => this.#socket.send(answer, port, address);
    if (this.#held === undefined) send();
    else this.#held.push(send);
  }
}

const readQuestion = (message: Buffer): { name: string; question: Buffer } => {
  const labels: string[] = [];
  let at = 12;
  for (let length = message[at] ?? 0; length > 0; length = message[at] ?? 0) {
    labels.push(message.toString('latin1', at + 1, at + 1 + length));
    at += length + 1;
  }
  // The name's end, then type and class.
  return { name: labels.join('.').toLowerCase(), question: message.subarray(12, at + 5) };
};

const writeRecord = ({ strings, at }: TxtRecord): Buffer => {
  const data = Buffer.concat(strings.map((text) => Buffer.from([Buffer.byteLength(text), ...Buffer.from(text)])));
  const head = Buffer.alloc(10);
  head.writeUInt16BE(16, 0);
  head.writeUInt16BE(1, 2);
  head.writeUInt32BE(300, 4);
  head.writeUInt16BE(data.length, 8);
  return Buffer.concat([at === undefined ? nameAskedFor : writeName(at), head, data]);
};

const writeName = (name: string): Buffer =>
  Buffer.concat([
    ...name.split('.').map((label) => Buffer.from([label.length, ...Buffer.from(label)])),
    Buffer.alloc(1),
  ]);
