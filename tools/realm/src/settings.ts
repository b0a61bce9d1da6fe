import { existsSync, readFileSync } from 'node:fs';
import { writeJson } from '@cloister/evaluation';
import { SetUpError } from '@cloister/postgres';
import {
  checkWith,
  domainName,
  edPublicJwk,
  isKmsHost,
  isUuid,
  type KmsHost,
  type OrganisationId,
} from '@cloister/wire';
import * as z from 'zod/mini';
import type { RealmLayout } from './layout.ts';

const text = z.string().check(z.minLength(1));

const settings = z.strictObject({
  version: z.literal(1),
  kmsHost: z.custom<KmsHost>(isKmsHost),
  organisationId: z.custom<OrganisationId>(isUuid),
  /** The organisation's domain: the static key's certificate names it beside the host. */
  domain: z.optional(domainName),
  database: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('embedded') }),
    z.strictObject({ kind: z.literal('server'), url: text, passwordFile: text, rootCertificate: z.optional(text) }),
  ]),
  /** What identity said when the realm joined. */
  operator: z.optional(
    z.strictObject({
      identity: z.url(),
      issuer: text,
      feedKey: edPublicJwk,
      core: text,
      joinedAt: text,
    }),
  ),
});

/** What a realm is, without a secret. */
export type RealmSettings = z.infer<typeof settings>;

/** @throws SetUpError when the folder holds no realm, CloisterError `wire/invalid-message` when the file was damaged */
export const readSettings = ({ folder, settings: file }: RealmLayout): RealmSettings => {
  if (!existsSync(file)) {
    throw new SetUpError(
      `there is no realm in ${folder}`,
      'make one with: cloister realm init <folder> --host <kms host>',
    );
  }
  return checkWith(settings, JSON.parse(readFileSync(file, 'utf8')));
};

export const writeSettings = (layout: RealmLayout, value: RealmSettings): void => writeJson(layout.settings, value);
