import { type Duplex, duplexPair } from 'node:stream';

/** Two ends of a stream in memory; when one is destroyed, so is the other, as on a link that is cut. */
export const streamPair = (): [Duplex, Duplex] => {
  const [one, other] = duplexPair();
  one.once('close', () => other.destroy());
  other.once('close', () => one.destroy());
  return [one, other];
};
