import type { AwsErrorName } from './aws-error.ts';
import type { OperationName } from './operations/operations.ts';

/** What goes wrong: an error of AWS's by its name, or worse. */
export type Fault =
  | AwsErrorName
  /** The connection breaks. */
  | 'reset'
  /** No answer, until the client gives up. */
  | 'hang'
  /** Something in between answers 502 with a page of HTML. */
  | 'bad-gateway'
  /** Ciphertexts are bound to no encryption context any more. */
  | 'any-context'
  /** Decrypt answers other bytes. */
  | 'wrong-plaintext';

/** Which requests it hits; each member left out stands for all. `times` ends it by itself. */
export type FaultRule = {
  readonly fault: Fault;
  readonly operation?: OperationName;
  /** The ARN of who asks. */
  readonly principal?: string;
  /** The ARN that the request names. */
  readonly key?: string;
  readonly times?: number;
};

/** The faults in force, first come first served. */
export class Faults {
  #rules: { rule: FaultRule; left: number }[] = [];

  /** Puts a fault in force; the result takes it away again. */
  inject(rule: FaultRule): () => void {
    const entry = { rule, left: rule.times ?? Number.POSITIVE_INFINITY };
    this.#rules.push(entry);
    return () => {
      this.#rules = this.#rules.filter((each) => each !== entry);
    };
  }

  clear(): void {
    this.#rules = [];
  }

  /** The fault that hits this request, used up by one. */
  take(request: { operation: string; principal: string | null; key: string | null }): Fault | null {
    const hit = this.#rules.find(
      ({ rule, left }) =>
        left > 0 &&
        (rule.operation ?? request.operation) === request.operation &&
        (rule.principal ?? request.principal) === request.principal &&
        (rule.key ?? request.key) === request.key,
    );
    if (hit === undefined) return null;
    hit.left -= 1;
    return hit.rule.fault;
  }
}
