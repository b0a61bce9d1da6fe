import type { Conversation } from './http-stream.ts';

interface Segment {
  readonly sequence: number;
  readonly payload: Buffer;
}

interface Stream {
  first: number | undefined;
  readonly segments: Segment[];
}

/** Puts the TCP connections of a capture (libpcap format, Ethernet, IPv4 or IPv6) together again, without one missing byte. */
export const conversationsOf = (capture: Buffer, serverPort: number): Conversation[] => {
  const current = new Map<string, { sent: Stream; answered: Stream }>();
  const all: { sent: Stream; answered: Stream }[] = [];
  for (const packet of packetsOf(capture)) {
    const tcp = tcpOf(packet);
    if (tcp === undefined) continue;
    const [source, destination] = [tcp.readUInt16BE(0), tcp.readUInt16BE(2)];
    const asks = destination === serverPort;
    const name = `${packet.readUInt16BE(12)}/${asks ? source : destination}`;
    const syn = (tcp.readUInt8(13) & 0x02) !== 0;
    // A port used again opens another connection.
    let pair = syn && asks ? undefined : current.get(name);
    if (pair === undefined) {
      pair = { sent: { first: undefined, segments: [] }, answered: { first: undefined, segments: [] } };
      current.set(name, pair);
      all.push(pair);
    }
    const stream = asks ? pair.sent : pair.answered;
    const sequence = tcp.readUInt32BE(4);
    if (syn) stream.first = (sequence + 1) >>> 0;
    stream.segments.push({ sequence, payload: tcp.subarray((tcp.readUInt8(12) >> 4) * 4) });
  }
  return all.map(({ sent, answered }) => ({ sent: joined(sent), answered: joined(answered) }));
};

function* packetsOf(capture: Buffer): Generator<Buffer> {
  if (capture.readUInt32LE(0) !== 0xa1b2c3d4 || capture.readUInt32LE(20) !== 1)
    throw new Error('another capture format');
  let at = 24;
  while (at + 16 <= capture.length) {
    const length = capture.readUInt32LE(at + 8);
    yield capture.subarray(at + 16, at + 16 + length);
    at += 16 + length;
  }
}

const tcpOf = (frame: Buffer): Buffer | undefined => {
  const type = frame.readUInt16BE(12);
  const packet = frame.subarray(14);
  if (type === 0x0800 && packet.readUInt8(9) === 6) {
    return packet.subarray((packet.readUInt8(0) & 0x0f) * 4, packet.readUInt16BE(2));
  }
  if (type === 0x86dd && packet.readUInt8(6) === 6) return packet.subarray(40, 40 + packet.readUInt16BE(4));
  return undefined;
};

const joined = ({ first, segments }: Stream): Buffer => {
  const carrying = segments.filter(({ payload }) => payload.length > 0);
  const start = first ?? carrying[0]?.sequence ?? 0;
  const ordered = carrying
    .map(({ sequence, payload }) => ({ at: (sequence - start) >>> 0, payload }))
    .sort((a, b) => a.at - b.at);
  const parts: Buffer[] = [];
  let end = 0;
  for (const { at, payload } of ordered) {
    if (at > end) throw new Error('the capture misses bytes of a connection');
    if (at + payload.length <= end) continue;
    parts.push(payload.subarray(end - at));
    end = at + payload.length;
  }
  return Buffer.concat(parts);
};
