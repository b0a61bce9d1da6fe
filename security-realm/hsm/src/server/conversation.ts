import { CloisterError } from '@cloister/wire';
import { parseProofOfCaller } from '../protocol/answers.ts';
import { newChallenge, prove, provesSide } from '../protocol/challenge.ts';
import { denialReasonOf } from '../protocol/denial.ts';
import { type HsmRequest, parseHsmRequest, requestIdOf } from '../protocol/requests.ts';
import type { Budget } from './budget.ts';
import type { Keys } from './keys.ts';
import { perform } from './perform.ts';

export type ConversationOptions = {
  readonly keys: Keys;
  readonly secret: Buffer;
  /** Milliseconds on a clock that only goes forward. */
  readonly now: () => number;
  readonly budgets: { readonly requests: Budget; readonly imports: Budget };
  /** Told what was done, never what with. */
  readonly record: (event: { op: string; code: string | null }) => void;
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
    return { challenge: this.#challenge.toString('base64'), keystore: this.#options.keys.keystore.kind };
  }

  /** Our proof for theirs. A throw ends the connection. */
  admit(value: unknown): unknown {
    const { challenge, proof } = parseProofOfCaller(value);
    const theirs = Buffer.from(challenge, 'base64');
    const { secret } = this.#options;
    if (theirs.length !== 32 || !provesSide(secret, 'caller', this.#challenge, theirs, Buffer.from(proof, 'base64'))) {
      throw new CloisterError('hsm/unauthenticated');
    }
    this.#proved = true;
    return { proof: prove(secret, 'hsm', this.#challenge, theirs).toString('base64') };
  }

  /** The answer to a request. A rejection ends the connection: it was no request at all. */
  async answer(value: unknown): Promise<unknown> {
    const id = requestIdOf(value);
    let op = 'unreadable';
    try {
      const request = parseHsmRequest(value);
      op = request.op;
      this.#spend(request);
      const { keys, now } = this.#options;
      const result = await perform(keys, request, now);
      this.#options.record({ op, code: null });
      return { id, result };
    } catch (cause) {
      const code = cause instanceof CloisterError && cause.code.startsWith('hsm/') ? cause.code : 'hsm/internal';
      const reason = denialReasonOf(cause);
      this.#options.record({ op, code });
      return { id, error: reason === null ? { code } : { code, reason } };
    }
  }

  #spend(request: HsmRequest): void {
    const { requests, imports } = this.#options.budgets;
    const permits = request.op === 'rewrap' ? request.keks.length : 1;
    const isWithin = requests.take(permits) && (request.op !== 'importKey' || imports.take());
    if (!isWithin) throw new CloisterError('hsm/too-many');
  }
}
