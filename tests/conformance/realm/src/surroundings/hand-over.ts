import { readFileSync } from 'node:fs';
import { isKmsHost, isUuid, type KmsHost, type OrganisationId } from '@cloister/wire';
import * as z from 'zod/mini';

const text = z.string().check(z.minLength(1));
const edKey = z.looseObject({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: text });
const organisationId = z.custom<OrganisationId>(isUuid);
const kmsHost = z.custom<KmsHost>(isKmsHost);

/** What the implementation is told before it makes its keys: `surroundings.json`. */
const surroundings = z.strictObject({
  kmsHost,
  /** Whom it serves; the first is its own. */
  organisationIds: z.array(organisationId).check(z.minLength(2)),
  core: z.strictObject({ url: text }),
  identity: z.strictObject({ url: text, issuer: text, feedKey: edKey }),
  /** Files that are there when it is started: of its static key and its TLS key, each with its root, and the accepted roots. */
  certificates: z.strictObject({ static: text, tls: text, roots: text }),
});

/** What it says of itself then: `realm.json`. Public halves, and how it is started. */
const realm = z.strictObject({
  staticKey: z.looseObject({ kty: z.literal('RSA'), n: text, e: text }),
  linkKey: edKey,
  receiptKey: z.looseObject({ ...edKey.shape, kid: text }),
  tlsKey: z.looseObject({ kty: z.literal('EC'), crv: z.literal('P-256'), x: text, y: text }),
  /** Program and arguments. It runs until SIGTERM, and is killed at times. */
  start: z.array(text).check(z.minLength(1)),
});

export type Surroundings = z.infer<typeof surroundings>;
export type RealmUnderTest = z.infer<typeof realm>;

const read = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));

export const readSurroundings = (file: string): Surroundings => surroundings.parse(read(file));
export const readRealm = (file: string): RealmUnderTest => realm.parse(read(file));
