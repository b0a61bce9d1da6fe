import type { SendFrame } from '@cloister/streams';
import { type KmsHost, parseCoreFrame, parseKmsHost } from '@cloister/wire';
import { RealmStreams } from '../link/realm-streams.ts';

/** Two realms' streams, joined without a core: every frame arrives, in order, at another moment than it was sent. */
export const joinedStreams = (first = 'kms.acme.example', second = 'kms.globex.example') => {
  const ends = [first, second].map((name) => ({ name: parseKmsHost(name), streams: new RealmStreams() }));
  const [one, other] = ends as [End, End];
  const link = () => {
    one.streams.linked(towards(other, one.name));
    other.streams.linked(towards(one, other.name));
  };
  link();
  const cut = () => {
    one.streams.unlinked();
    other.streams.unlinked();
  };
  return { one, other, link, cut };
};

interface End {
  readonly name: KmsHost;
  readonly streams: RealmStreams;
}

const towards =
  ({ streams }: End, from: KmsHost): SendFrame =>
  (frame, written) => {
    setImmediate(() => {
      written();
      if (typeof frame !== 'string') return streams.receiveBytes(frame);
      const told = JSON.parse(frame) as { type: string };
      streams.receive(parseCoreFrame(told.type === 'stream-open' ? { ...told, from } : told) as never);
    });
  };
