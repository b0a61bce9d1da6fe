import { databaseConfig } from '@cloister/database';
import { isKmsHost, isUuid } from '@cloister/wire';
import * as z from 'zod/mini';
import { isResolver } from './domain/is-resolver.ts';

const text = z.string().check(z.minLength(1));

/** An origin as browsers write it: scheme, host and port only. */
const origin = z
  .string()
  .check(z.refine((value) => URL.parse(value)?.origin === value, 'must be an origin such as https://id.example'));

const linkKey = z.strictObject({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: text,
  kid: z.optional(text),
  alg: z.optional(text),
  use: z.optional(text),
});

const realm = z.strictObject({
  kmsHost: text.check(z.refine(isKmsHost, 'must be a DNS name in lower-case letters')),
  linkKey,
  organisationIds: z.optional(
    z
      .array(z.string().check(z.refine(isUuid, "must be an organisation's id")))
      // As many as one entry of the status feed holds.
      .check(z.maxLength(1000)),
  ),
  receiptKey: z.optional(linkKey),
});

const isOnce = (values: readonly string[]): boolean => new Set(values).size === values.length;

/** Shape of the file named by `--config`; the README shows one. */
export const identityConfig = z.strictObject({
  listen: z.strictObject({ socket: text }),
  health: z.strictObject({ socket: text }),
  database: databaseConfig,
  /** `iss` of every token; the address of the OAuth server as clients know it. */
  issuer: z.url(),
  /** Where this server may be addressed. */
  origins: z.array(origin).check(z.minLength(1)),
  /** Origins of the web clients: they may call from a browser and receive `<origin>/signed-in`. */
  apps: z.array(origin),
  /** Which app is whose, by verified domain: people of others are asked to sign in as somebody else there. */
  appDomains: z.optional(z.record(origin, text)),
  atRestKeyFile: text,
  /** Who may read the status feed. */
  realms: z.array(realm).check(
    z.refine((realms) => isOnce(realms.map(({ kmsHost }) => kmsHost)), 'must name each key server once'),
    z.refine(
      (realms) => isOnce(realms.flatMap(({ organisationIds = [] }) => organisationIds)),
      'must give each organisation one key server',
    ),
  ),
  /** Where key servers that others run join: identity's origin and the core's address, as they reach both. Without it none can. */
  joining: z.optional(z.strictObject({ identity: origin, core: z.string().check(z.regex(/^wss:\/\/[!-~]{1,1000}$/)) })),
  /** How domains are looked up in DNS: addresses of resolvers, the system's unless told, and how long one look-up may take. */
  domains: z.optional(
    z.strictObject({
      resolvers: z.optional(
        z
          .array(z.string().check(z.refine(isResolver, 'must be an address such as 192.0.2.53:53')))
          .check(z.minLength(1)),
      ),
      timeoutMs: z.optional(z.int().check(z.minimum(1), z.maximum(20_000))),
    }),
  ),
  /** The confidential client for programs that others wrote. */
  client: z.optional(
    z.strictObject({
      id: text,
      secretFile: text,
      scope: text,
      redirectUris: z.array(z.url()),
      /** Its account for the client credentials grant, which is no person. */
      machine: z.optional(z.strictObject({ id: z.uuid(), organisationId: z.uuid() })),
    }),
  ),
});

/** The parsed configuration of an identity server. */
export type IdentityConfig = z.infer<typeof identityConfig>;
