import { isIP } from 'node:net';
import * as z from 'zod/mini';

const address = z
  .string()
  .check(z.refine((text) => text === 'localhost' || isIP(text) !== 0, 'must be an IP address or localhost'));
const port = z.int().check(z.nonnegative(), z.maximum(65_535));
const host = z
  .string()
  .check(z.regex(/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/, 'must be a host name in lower case, without a port'));
const path = z
  .string()
  .check(z.regex(/^\/(?:[A-Za-z0-9_.~-]+(?:\/[A-Za-z0-9_.~-]+)*)?$/, 'must be / or a path without a closing slash'));

/** docs/wires.md §1: hosts and the paths under them, each to one server's unix socket. The longest path wins. */
const route = z.strictObject({
  hosts: z.array(host).check(z.minLength(1)),
  paths: z.array(path).check(z.minLength(1)),
  socket: z.string(),
  /** Whether the server learns the client's network address (`x-forwarded-for`), to limit attempts by it. */
  clientAddress: z._default(z.boolean(), false),
});

const limits = z.strictObject({
  /** Longest a request's head may take to arrive. */
  headersTimeoutMs: z._default(z.int(), 10_000),
  /** Longest a whole request may take to arrive: 100 MB over a slow line. */
  requestTimeoutMs: z._default(z.int(), 30 * 60_000),
  /** Longest silence of an upstream before its answer begins; less than `idleTimeoutMs`, so that the client is told. */
  answerTimeoutMs: z._default(z.int(), 60_000),
  /** Longest silence on a client's connection. */
  idleTimeoutMs: z._default(z.int(), 120_000),
  /** Longest the door waits for requests in flight when it stops. */
  stopTimeoutMs: z._default(z.int(), 10_000),
  connections: z._default(z.int(), 50_000),
});

/** The door's configuration. */
export const doorConfig = z.strictObject({
  listen: z
    .strictObject({
      http: z.optional(z.strictObject({ address, port })),
      https: z.optional(z.strictObject({ address, port, certificate: z.string(), key: z.string() })),
    })
    .check(z.refine(({ http, https }) => http !== undefined || https !== undefined, 'needs http or https')),
  health: z.strictObject({ socket: z.string() }),
  routes: z.array(route).check(z.minLength(1)),
  limits: z.prefault(limits, {}),
});

export type DoorConfig = z.output<typeof doorConfig>;
export type Limits = DoorConfig['limits'];
