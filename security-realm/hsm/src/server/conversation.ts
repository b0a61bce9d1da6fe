import { CloisterError } from '@cloister/wire';
import type { Keystore } from '../keystore/keystore.ts';
import { newChallenge, prove, provesSide } from '../protocol/challenge.ts';
import { parseHsmRequest, parseProofOfCaller } from '../protocol/messages.ts';
import type { Budget } from './budget.ts';
import { perform } from './perform.ts';

export type ConversationOptions = {
  keystore: Keystore;
  secret: Buffer;
  budget: Budget;
  /** Told what was done, never what with. */
  record: (event: { op: string; code: string | null }) => void;
};

/** One connection's dialogue, without its socket: challenge, proof, then one answer per request. */
export class Conversation {
  readonly #options: ConversationOptions;
  readonly #challenge = newChallenge();
  #proved = false;

  constructor(options: ConversationOptions) {
    this.#options = options;
  }

  get proved(): boolean {
    return this.#proved;
  }

  /** The first frame, sent as soon as somebody connects. */
  hello(): unknown {
    return { challenge: this.#challenge.toString('base64'), keystore: 'software' };
  }

  /** The answer to a frame. A throw ends the connection. */
  answer(value: unknown): unknown {
    return this.#proved ? this.#perform(value) : this.#admit(value);
  }

  #admit(value: unknown): unknown {
    const { challenge, proof } = parseProofOfCaller(value);
    const theirs = Buffer.from(challenge, 'base64');
    const { secret } = this.#options;
    if (theirs.length !== 32 || !provesSide(secret, 'caller', this.#challenge, theirs, Buffer.from(proof, 'base64'))) {
      throw new CloisterError('hsm/unauthenticated');
    }
    this.#proved = true;
    return { proof: prove(secret, 'hsm', this.#challenge, theirs).toString('base64') };
  }

  #perform(value: unknown): unknown {
    const request = parseHsmRequest(value);
    try {
      if (!this.#options.budget.take()) throw new CloisterError('hsm/too-many');
      const result = perform(this.#options.keystore, request);
      this.#options.record({ op: request.op, code: null });
      return { id: request.id, result };
    } catch (cause) {
      const code = cause instanceof CloisterError ? cause.code : 'hsm/internal';
      this.#options.record({ op: request.op, code });
      return { id: request.id, error: { code } };
    }
  }
}
