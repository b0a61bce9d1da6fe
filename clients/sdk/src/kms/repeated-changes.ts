import { CloisterError, type KmsResponse } from '@cloister/wire';
import type { KmsCall } from './key-server.ts';

/** One request to the key server under this id, or under a new one. */
export type AskKeyServer = (call: KmsCall, requestId?: string) => Promise<KmsResponse>;

/**
 * Changes that nobody answered: whether they were made is unknown. Asked for once more they go out under the id of
 * before, so that they are made once (architecture §5).
 */
export class RepeatedChanges {
  readonly #ask: AskKeyServer;
  readonly #newId: () => string;
  readonly #unanswered = new Map<string, string>();

  constructor(ask: AskKeyServer, newId: () => string = () => globalThis.crypto.randomUUID()) {
    this.#ask = ask;
    this.#newId = newId;
  }

  /** @throws CloisterError as the key server refuses */
  async ask(call: KmsCall): Promise<KmsResponse> {
    const name = JSON.stringify(call);
    const requestId = this.#unanswered.get(name) ?? this.#newId();
    try {
      const response = await this.#ask(call, requestId);
      // What is asked for after this is not what was asked for before it: an old id would be told the old result.
      this.#unanswered.clear();
      return response;
    } catch (cause) {
      if (isUnanswered(cause)) this.#unanswered.set(name, requestId);
      else this.#unanswered.delete(name);
      throw cause;
    }
  }
}

/** Nobody answered, or the answer was that nobody knows yet. */
const isUnanswered = (cause: unknown): boolean => cause instanceof CloisterError && cause.status >= 500;
