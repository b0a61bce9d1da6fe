import { expect, it } from 'vitest';
import type { ClientSnapshot } from '../api/client-snapshot.ts';
import { Listeners } from '../async/listeners.ts';
import { untilShown } from './until-shown.ts';

const clientOf = (loaded: boolean) => {
  const listeners = new Listeners();
  const state = { loaded };
  return {
    state,
    announce: () => listeners.announce(),
    client: {
      snapshot: () => ({ loaded: state.loaded }) as ClientSnapshot,
      subscribe: (listener: () => void) => listeners.subscribe(listener),
    },
  };
};
const isLoaded = ({ loaded }: ClientSnapshot) => loaded;

it('a search waits for the list of rooms, which a client that just started has not yet', async () => {
  const { client, state, announce } = clientOf(false);
  let isReady = false;
  const waiting = untilShown(client, isLoaded).then(() => {
    isReady = true;
  });
  announce();
  await new Promise<void>((resolve) => {
    setImmediate(resolve);
  });
  expect(isReady).toBe(false);
  state.loaded = true;
  announce();
  await waiting;
});

it('a search of a client that knows its rooms waits for nothing', () =>
  expect(untilShown(clientOf(true).client, isLoaded)).resolves.toBeUndefined());
