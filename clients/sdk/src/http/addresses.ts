import type { RoomId } from '@cloister/wire';
import { singleFlight } from '../async/single-flight.ts';
import { type Catalogue, readCatalogue } from './catalogue.ts';
import type { HttpClient } from './http-client.ts';

/** The services' addresses, asked for once and kept. */
export class Addresses {
  readonly #read: () => Promise<Catalogue>;
  #known: Catalogue | undefined;

  constructor(http: HttpClient, catalogueUrl: string) {
    this.#read = singleFlight(async () => {
      this.#known = await readCatalogue(http, catalogueUrl);
      return this.#known;
    });
  }

  async of(service: keyof Catalogue): Promise<string> {
    return (this.#known ?? (await this.#read()))[service];
  }

  async ofRoom(id: RoomId): Promise<string> {
    return `${await this.of('conversation')}/conversations/${id}`;
  }

  /** Beside the other services of the core: published catalogues have no name for it. */
  async beside(path: `/${string}`): Promise<string> {
    return new URL(path, await this.of('conversation')).href;
  }
}
