import { type KeyUri, parseResultLine, type QueryId, type ResultLine } from '@cloister/wire';
import type { Addresses } from '../http/addresses.ts';
import type { HttpClient } from '../http/http-client.ts';

export interface Question {
  readonly id: QueryId;
  readonly encryptionKeyUrl: KeyUri;
  /** Under that key, for the indexer alone. */
  readonly sealed: string;
}

const queries = '/search/v1/queries';

export type OnLine = (line: ResultLine) => Promise<void> | void;

/** The core's half of a search: it passes the question on, and answers with what the index holds (docs/wires.md §14). */
export class SearchLine {
  readonly #http: HttpClient;
  readonly #addresses: Pick<Addresses, 'beside'>;

  constructor(http: HttpClient, addresses: Pick<Addresses, 'beside'>) {
    this.#http = http;
    this.#addresses = addresses;
  }

  async ask(question: Question, onLine: OnLine, signal: AbortSignal): Promise<void> {
    const url = await this.#addresses.beside(queries);
    await this.#http.lines({ method: 'POST', url, body: question, signal }, (line) => onLine(parseResultLine(line)));
  }

  /** @throws CloisterError `core/query-gone` when it is to be asked anew */
  async more(id: QueryId, next: string, onLine: OnLine, signal: AbortSignal): Promise<void> {
    const url = `${await this.#addresses.beside(queries)}/${id}/results?after=${encodeURIComponent(next)}`;
    await this.#http.lines({ method: 'GET', url, signal }, (line) => onLine(parseResultLine(line)));
  }
}
