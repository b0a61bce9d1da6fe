import { contentKeyOf } from '../keys/key-record.ts';
import type { ConnectMachineOptions } from '../machine/connect-machine.ts';
import { makeMachineParts } from '../machine/machine-parts.ts';
import { globalPlatform } from '../platform.ts';
import type { Session } from '../session/session.ts';
import { ConnectedIndexer } from './connected-indexer.ts';
import type { IndexerClient } from './indexer-client.ts';
import { KeptKeys } from './kept-keys.ts';

export interface ConnectIndexerOptions extends ConnectMachineOptions {
  /** Told when the organisation may have switched its main key off: whatever was made of keys is to be wiped. */
  readonly revoked?: () => void;
}

/** Opens an indexer's line to the core and, through it, to its key server. */
export const connectIndexer = async (session: Session, options: ConnectIndexerOptions): Promise<IndexerClient> => {
  const { store, platform = globalPlatform, deviceName = 'Cloister indexer', revoked } = options;
  const wipe = () => {
    keys.revoke();
    revoked?.();
  };
  const parts = makeMachineParts({ session, store, platform, deviceName, revoked: wipe });
  const keys = new KeptKeys({
    now: platform.now,
    fetch: async (uri) => contentKeyOf(uri, (await parts.keyServer.ask({ method: 'retrieve', uri })).key),
  });
  parts.socket.start();
  return new ConnectedIndexer({ ...parts, keys });
};
