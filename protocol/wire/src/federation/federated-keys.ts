import * as z from 'zod/mini';
import { isErrorCode } from '../core/error-body.ts';
import type { ErrorCode } from '../errors/error-table.ts';
import { parseWith } from '../json/parse-with.ts';
import type { Untrusted } from '../json/read-json.ts';
import { list } from '../json/schemas.ts';
import { keyRepresentation } from '../kms/kms-response.ts';
import { instanceUriOf, type KeyUri } from '../kms-uri/instance-uri.ts';
import { maxFederationBytes } from './federation-realm.ts';

/** The most keys that one question may name: those of a room that was used for years. */
export const maxFederatedKeys = 500;

const keysAsked = z.object({ keyUris: list(instanceUriOf('keys'), maxFederatedKeys).check(z.minLength(1)) });

/** A key that is not given, and why. */
const keyRefused = z.object({
  uri: instanceUriOf('keys'),
  code: z.custom<ErrorCode>((value) => isErrorCode(value) && value.startsWith('kms/')),
});

const keysGiven = z.object({ keys: list(z.union([keyRepresentation, keyRefused]), maxFederatedKeys) });

export type FederatedKey = z.infer<typeof keyRepresentation>;
export type FederatedKeyRefusal = z.infer<typeof keyRefused>;

/** Body of `POST /federation/v1/keys`. @throws CloisterError with a `wire/…` code */
export const parseKeysAsked = (input: Untrusted): { readonly keyUris: readonly KeyUri[] } =>
  parseWith(keysAsked, input, maxFederationBytes);

/** Its answer. @throws CloisterError with a `wire/…` code */
export const parseKeysGiven = (input: Untrusted): { readonly keys: readonly (FederatedKey | FederatedKeyRefusal)[] } =>
  parseWith(keysGiven, input, maxFederationBytes);
