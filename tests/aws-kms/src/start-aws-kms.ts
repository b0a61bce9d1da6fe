import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Accounts, type User } from './accounts.ts';
import { answerHttp, type Exchange } from './answer-http.ts';
import { Clock } from './clock.ts';
import { Faults } from './faults.ts';
import type { KeyState } from './keys/kms-key.ts';
import type { OperationName } from './operations/operations.ts';
import { Quota } from './quota.ts';
import { Service } from './service.ts';
import type { TrailEvent } from './trail.ts';

export type AwsKmsOptions = {
  /** How long a grant, and its end, take to spread, by the cloud's clock. None by default. */
  readonly grantDelayMs?: number;
  /** What the cloud's clock starts from. `Date.now` by default. */
  readonly now?: () => number;
  /** What signatures are dated by. `Date.now` by default, as for those who sign. */
  readonly wallClock?: () => number;
  /** Above it an account is throttled. Unlimited by default. */
  readonly requestsPerSecond?: number;
  /** The region of `perform`; over HTTP the signature names it. */
  readonly region?: string;
  /** Sees everything that goes over the wire. */
  readonly observe?: (exchange: Exchange) => void;
};

export type AwsKms = {
  /** `http://127.0.0.1:<port>`, for every region. */
  readonly endpoint: string;
  readonly createUser: (account: string, name: string) => User;
  readonly deleteUser: (user: User) => void;
  /** Does what the user asks for without a client: same rules, same log. */
  readonly perform: (user: User, operation: OperationName, input: object) => Record<string, unknown>;
  /** Puts a key into a state that no operation here leads to, such as `Unavailable` or out of `PendingImport`. */
  readonly setKeyState: (arn: string, state: KeyState) => void;
  readonly log: readonly TrailEvent[];
  readonly faults: Faults;
  readonly clock: Clock;
  readonly stop: () => Promise<void>;
};

/** Starts the server on a free port of the loopback. */
export async function startAwsKms(options: AwsKmsOptions = {}): Promise<AwsKms> {
  const region = options.region ?? 'us-east-2';
  const accounts = new Accounts();
  const clock = new Clock(options.now ?? Date.now);
  const faults = new Faults();
  const quota = new Quota(options.requestsPerSecond, () => clock.now());
  const service = new Service({ accounts, clock, faults, quota, grantDelayMs: options.grantDelayMs ?? 0 });
  const http = {
    service,
    accounts,
    wallClock: options.wallClock ?? Date.now,
    observe: options.observe ?? (() => undefined),
  };
  const server = createServer((incoming, response) => {
    answerHttp(incoming, response, http).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    createUser: (account, name) => accounts.createUser(account, name),
    deleteUser: (user) => accounts.deleteUser(user),
    perform: (user, operation, body) =>
      service.perform({ operation, body, claimed: user, authenticate: () => ({ user, region }) }) ?? {},
    setKeyState: (arn, state) => {
      const key = service.ring.byArn(arn);
      if (key === undefined) throw new TypeError('no such key');
      key.state = state;
    },
    log: service.log,
    faults,
    clock,
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
