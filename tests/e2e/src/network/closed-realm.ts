import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ConstellationOptions } from '@cloister/testkit';
import { ClosedNetwork } from './closed-network.ts';
import { MessageRelay } from './message-relay/message-relay.ts';
import { openPipe, type Pipe } from './pipe.ts';

/** What a key server is told about where it finds core and identity. */
interface Whereabouts {
  readonly core: { readonly url: string };
  readonly identity: { readonly url: string };
  readonly root: string;
  readonly status: string;
}

interface Ways {
  readonly core: Pipe | MessageRelay;
  readonly identity: Pipe;
}

/**
 * An organisation's security realm (key store, key server, app) in a closed network of its own, for a constellation. It gets
 * out to the door alone, over TLS: by one port to the core and by another to identity, so that the firewall can tell them
 * apart.
 */
export class ClosedRealm {
  readonly network: ClosedNetwork;
  readonly #label: string;
  readonly #ways: Ways;
  readonly #door: { port: number };

  private constructor(label: string, network: ClosedNetwork, ways: Ways, door: { port: number }) {
    this.#label = label;
    this.network = network;
    this.#ways = ways;
    this.#door = door;
  }

  /** `label` is the organisation's, such as `globex`; with `relayed` the tests stand between its key server and the core. */
  static async open(label: string, { relayed = false }: { readonly relayed?: boolean } = {}): Promise<ClosedRealm> {
    const network = await ClosedNetwork.open();
    const { gateway } = network;
    // Its port is known when the constellation has chosen it, which is before anybody calls.
    const door = { host: '127.0.0.1', port: 0 };
    const core = await (relayed ? MessageRelay.open(gateway) : openPipe(gateway, door));
    const identity = await openPipe(gateway, door);
    network.letOut({ core: core.port, identity: identity.port });
    return new ClosedRealm(label, network, { core, identity }, door);
  }

  /** @throws when nobody stands there */
  get relay(): MessageRelay {
    if (this.#ways.core instanceof MessageRelay) return this.#ways.core;
    throw new Error('nobody stands between this key server and the core');
  }

  /** For the constellation. */
  readonly startedBy: NonNullable<ConstellationOptions['startedBy']> = (server) =>
    ['hsm', 'kms', 'app'].some((part) => server === `${this.#label}-${part}`) ? this.network.startedBy : [];

  /** For the constellation. */
  readonly configure: NonNullable<ConstellationOptions['configure']> = (server, config) => {
    if (server !== `${this.#label}-kms`) return config;
    const known = config as Whereabouts;
    const url = new URL(known.core.url);
    this.#door.port = Number(url.port);
    url.host = `core.localhost:${this.#ways.core.port}`;
    return {
      ...config,
      core: { ...known.core, url: url.href },
      identity: { ...known.identity, url: `https://id.localhost:${this.#ways.identity.port}` },
      root: this.#ways.core instanceof MessageRelay ? relayedRoots(known, this.#ways.core) : known.root,
    };
  };

  /** After the constellation. */
  async close(): Promise<void> {
    this.#ways.core.close();
    this.#ways.identity.close();
    await this.network.close();
  }
}

/** The relay passes on to where the key server would have gone; who goes to the relay accepts its certificate, too. */
const relayedRoots = ({ core, root, status }: Whereabouts, relay: MessageRelay): string => {
  relay.upstream = { url: core.url, root };
  const both = join(dirname(status), 'relayed-roots.pem');
  writeFileSync(both, `${readFileSync(root, 'utf8')}\n${relay.rootPem}`);
  return both;
};
