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

  /** Whether an address belongs to the deployment, so that a token may go there. */
  covers(url: string): boolean {
    const origin = URL.canParse(url) ? new URL(url).origin : undefined;
    return Object.values(this.#known ?? {}).some((known) => new URL(known).origin === origin);
  }
}
