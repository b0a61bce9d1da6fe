import type { Duplex } from 'node:stream';
import { joinedStreams } from '../../testing/joined-streams.ts';

/** A stream of the link between two realms, whose far end goes to `take`. */
export const openStream = (take: (far: Duplex) => void): Duplex => {
  const { one, other } = joinedStreams();
  other.streams.onStream(take);
  return one.streams.connect(other.name);
};

/** Both ends of one. */
export const streamPair = async (): Promise<[Duplex, Duplex]> => {
  const taken = Promise.withResolvers<Duplex>();
  const near = openStream(taken.resolve);
  return [near, await taken.promise];
};
