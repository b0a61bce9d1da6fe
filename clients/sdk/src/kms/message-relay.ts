import { CloisterError } from '@cloister/wire';
import { errorOf } from '../http/http-answer.ts';
import type { HttpClient } from '../http/http-client.ts';
import type { Platform, Timer } from '../platform.ts';

/** As many messages as the core takes in one request (wires §4), and no more characters of them than it surely takes. */
const mostInOne = 100;
const mostCharacters = 2 * 1024 * 1024;
/** Short: it gathers what one turn of a screen asks for, and no reader notices it. */
const debounce = 8;

/**
 * Carries sealed messages to the own key server through the core, gathered into batches. Nothing is waited for: an
 * answer comes on the event socket or not at all, and who misses one sends the same bytes again.
 */
export class MessageRelay {
  readonly #http: HttpClient;
  readonly #platform: Platform;
  readonly #address: () => Promise<string>;
  readonly #destination: string;
  readonly #refused: (cause: CloisterError) => void;
  #waiting: string[] = [];
  #timer: Timer | undefined;

  constructor(options: {
    readonly http: HttpClient;
    readonly platform: Platform;
    /** The encryption service's, from the catalogue. */
    readonly address: () => Promise<string>;
    readonly destination: string;
    /** The core passes nothing on for this client, or the session has ended: asking again will not help. */
    readonly refused?: (cause: CloisterError) => void;
  }) {
    this.#http = options.http;
    this.#platform = options.platform;
    this.#address = options.address;
    this.#destination = options.destination;
    this.#refused = options.refused ?? (() => {});
  }

  send(message: string): void {
    this.#waiting.push(message);
    if (this.#waiting.length >= mostInOne) this.#flush();
    else this.#timer ??= this.#platform.after(debounce, () => this.#flush());
  }

  #flush(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    const kmsMessages = this.#waiting.splice(0, batchLength(this.#waiting));
    if (kmsMessages.length === 0) return;
    const body = { destination: this.#destination, kmsMessages };
    // A batch that does not arrive is one more unanswered message to the ladder of whoever sent it.
    this.#address()
      .then((address) => this.#http.answer({ method: 'POST', url: `${address}/kms/messages`, body }))
      .then((answer) => {
        if (answer.status === 403) throw errorOf(answer);
      })
      .catch((cause: unknown) => {
        if (cause instanceof CloisterError && isFinal(cause)) this.#refused(cause);
      });
    if (this.#waiting.length > 0) this.#timer = this.#platform.after(0, () => this.#flush());
  }
}

/** How many of the messages that wait go into the next request. */
const batchLength = (waiting: readonly string[]): number => {
  let characters = 0;
  const tooMuch = waiting.findIndex((message, at) => {
    characters += message.length;
    return at === mostInOne || (at > 0 && characters > mostCharacters);
  });
  return tooMuch === -1 ? waiting.length : tooMuch;
};

const isFinal = ({ code, status }: CloisterError): boolean => status === 403 || code === 'client/not-signed-in';
