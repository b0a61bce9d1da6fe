import { randomBytes, randomUUID } from 'node:crypto';
import { type Accounts, accountOf, type User } from './accounts.ts';
import { AwsError, type AwsErrorName } from './aws-error.ts';
import type { Clock } from './clock.ts';
import type { Fault, Faults } from './faults.ts';
import { KeyRing } from './keys/key-ring.ts';
import type { Reply } from './operations/operation.ts';
import { operationNamed } from './operations/operations.ts';
import type { Quota } from './quota.ts';
import { requestParameters, type TrailEvent } from './trail.ts';

/** A request whose sender has been made out, or not. */
export type ServiceRequest = {
  readonly operation: string;
  readonly body: unknown;
  /** Throws when the signature is wrong. */
  readonly authenticate: () => { user: User; region: string };
  /** Whom the request claims to be from; faults go by it. */
  readonly claimed: User | undefined;
};

/** A request that gets no answer of the service's. */
export class NoAnswer extends Error {
  readonly fault: Fault;

  constructor(fault: Fault) {
    super(fault);
    this.fault = fault;
  }
}

type Parts = {
  readonly accounts: Accounts;
  readonly clock: Clock;
  readonly faults: Faults;
  readonly quota: Quota;
  readonly grantDelayMs: number;
};

/** KMS without its HTTP: authenticates, throttles, performs, and writes down every request. */
export class Service {
  readonly ring: KeyRing;
  readonly log: TrailEvent[] = [];
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.ring = new KeyRing(() => parts.clock.now());
  }

  /** The reply; throws {@link AwsError} or {@link NoAnswer}. */
  perform(request: ServiceRequest, requestId: string = randomUUID()): Reply {
    const { operation, body, claimed } = request;
    const write = (errorCode: string | null, region: string | null) =>
      this.log.push({
        eventTime: this.#parts.clock.now(),
        eventName: operation,
        awsRegion: region,
        principal: claimed?.arn ?? null,
        accessKeyId: claimed?.accessKeyId ?? null,
        requestParameters: requestParameters(body),
        requestId,
        errorCode,
      });
    let region: string | null = null;
    try {
      const fault = this.#parts.faults.take({ operation, principal: claimed?.arn ?? null, key: keyIn(body) });
      if (fault === 'reset' || fault === 'hang' || fault === 'bad-gateway') throw new NoAnswer(fault);
      const asker = request.authenticate();
      region = asker.region;
      const reply = this.#answer(operation, body, asker, fault);
      write(null, region);
      return reply;
    } catch (error) {
      write(error instanceof NoAnswer ? error.fault : error instanceof AwsError ? error.name : 'fault', region);
      throw error;
    }
  }

  #answer(name: string, body: unknown, { user, region }: { user: User; region: string }, fault: Fault | null): Reply {
    const { accounts, clock, quota, grantDelayMs } = this.#parts;
    const perform = operationNamed(name);
    if (perform === undefined) throw new AwsError('UnknownOperationException', 'no such operation here');
    const account = accountOf(user);
    quota.spend(account);
    if (fault !== null && isErrorName(fault)) throw new AwsError(fault, `injected: ${fault}`);
    const cloud = { accounts, ring: this.ring, now: clock.now(), delayMs: grantDelayMs };
    const asker = { arn: user.arn, account, region };
    const input = fault === 'any-context' ? { ...(body as object), EncryptionContext: {} } : body;
    const reply = perform(input, asker, cloud);
    return fault === 'wrong-plaintext' && reply?.Plaintext !== undefined
      ? { ...reply, Plaintext: randomBytes(32).toString('base64') }
      : reply;
  }
}

const isErrorName = (fault: Fault): fault is AwsErrorName => fault.endsWith('Exception');
const keyIn = (body: unknown): string | null => {
  const named = requestParameters(body).KeyId;
  return typeof named === 'string' ? named : null;
};
