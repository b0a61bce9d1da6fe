import { type Duplex, duplexPair } from 'node:stream';

/** Two ends of a stream in memory, as of a realm link: when one is gone the other is, once it has read what was said in order. */
export const streamPair = (): [Duplex, Duplex] => {
  const [one, other] = duplexPair();
  join(one, other);
  join(other, one);
  return [one, other];
};

const join = (one: Duplex, other: Duplex): void => {
  one.once('close', () => {
    if (!one.writableFinished || other.readableEnded) other.destroy();
    else other.once('end', () => other.destroy());
  });
};
