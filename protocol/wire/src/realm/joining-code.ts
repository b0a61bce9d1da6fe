import * as z from 'zod/mini';
import { base64url } from '../base64url.ts';
import { CloisterError } from '../errors/cloister-error.ts';
import type { OrganisationId } from '../ids.ts';
import { parseWith } from '../json/parse-with.ts';
import { base64urlOf, text, uuid } from '../json/schemas.ts';
import { isKmsHost, type KmsHost } from '../kms-uri/kms-host.ts';

const prefix = 'cloister-join-1.';

const content = z.strictObject({
  /** Identity's origin. */
  identity: text(512).check(z.refine((value) => URL.parse(value)?.origin === value)),
  /** RFC 7638 thumbprint of identity's feed key: whoever answers must have that key. */
  feedKey: base64urlOf(32),
  kmsHost: z.custom<KmsHost>(isKmsHost),
  organisationId: uuid<OrganisationId>(),
  /** 128 bits, good once. */
  secret: base64urlOf(16),
});

/** What the operator hands to whoever sets up a key server, once (wires.md §13). */
export type JoiningCode = z.infer<typeof content>;

/** As people carry it about. */
export const formatJoiningCode = (code: JoiningCode): string =>
  prefix + base64url.encode(new TextEncoder().encode(JSON.stringify(code)));

/** @throws CloisterError `wire/invalid-message`, which quotes nothing: the code is a secret */
export const parseJoiningCode = (value: string): JoiningCode => {
  const trimmed = value.trim();
  const body = trimmed.startsWith(prefix) ? trimmed.slice(prefix.length) : '';
  if (body === '' || !base64url.is(body)) throw new CloisterError('wire/invalid-message', { detail: 'joining code' });
  return parseWith(content, base64url.decode(body), 4096);
};
