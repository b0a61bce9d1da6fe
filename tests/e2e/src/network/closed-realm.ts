import type { NetConnectOpts } from 'node:net';
import type { ConstellationOptions } from '@cloister/testkit';
import { ClosedNetwork } from './closed-network.ts';
import { openPipe, type Pipe } from './pipe.ts';

/** What a key server is told about where it finds core and identity. */
interface Whereabouts {
  readonly core: { readonly url: string };
  readonly identity: { readonly url: string };
}

/**
 * An organisation's security realm (key store, key server, app) in a closed network of its own, for a constellation. It gets
 * out to the door alone, over TLS: by one port to the core and by another to identity, so that the firewall can tell them
 * apart.
 */
export class ClosedRealm {
  readonly network: ClosedNetwork;
  readonly #label: string;
  readonly #core: Pipe;
  readonly #identity: Pipe;
  #door: NetConnectOpts | undefined;

  private constructor(label: string, network: ClosedNetwork, pipes: { readonly core: Pipe; readonly identity: Pipe }) {
    this.#label = label;
    this.network = network;
    this.#core = pipes.core;
    this.#identity = pipes.identity;
  }

  /** `label` is the organisation's, such as `globex`. */
  static async open(label: string): Promise<ClosedRealm> {
    const network = await ClosedNetwork.open();
    // Known when the constellation has chosen its ports, which is before anybody calls.
    const door = () => {
      if (realm.#door === undefined) throw new Error('there is no door yet');
      return realm.#door;
    };
    const core = await openPipe(network.gateway, door);
    const identity = await openPipe(network.gateway, door);
    network.letOut({ core: core.port, identity: identity.port });
    const realm: ClosedRealm = new ClosedRealm(label, network, { core, identity });
    return realm;
  }

  /** For the constellation. */
  readonly startedBy: NonNullable<ConstellationOptions['startedBy']> = (server) =>
    ['hsm', 'kms', 'app'].some((part) => server === `${this.#label}-${part}`) ? this.network.startedBy : [];

  /** For the constellation. */
  readonly configure: NonNullable<ConstellationOptions['configure']> = (server, config) => {
    if (server !== `${this.#label}-kms`) return config;
    const { core, identity } = config as Whereabouts;
    const coreUrl = new URL(core.url);
    this.#door = { host: '127.0.0.1', port: Number(coreUrl.port) };
    coreUrl.host = `core.localhost:${this.#core.port}`;
    return {
      ...config,
      core: { ...core, url: coreUrl.href },
      identity: { ...identity, url: `https://id.localhost:${this.#identity.port}` },
    };
  };

  /** After the constellation. */
  async close(): Promise<void> {
    this.#core.close();
    this.#identity.close();
    await this.network.close();
  }
}
