import * as z from 'zod/mini';
import { isErrorCode } from '../core/error-body.ts';
import type { ErrorCode } from '../errors/error-table.ts';
import { list } from '../json/schemas.ts';
import { keyRepresentation } from '../kms/kms-response.ts';
import { instanceUriOf } from '../kms-uri/instance-uri.ts';

/** The most keys that one question may name: those of a room that was used for years. */
export const maxFederatedKeys = 500;

/** Body of `POST /federation/v1/keys`. */
export const keysAsked = z.object({ keyUris: list(instanceUriOf('keys'), maxFederatedKeys).check(z.minLength(1)) });

/** A key that is not given, and why. */
const keyRefused = z.object({
  uri: instanceUriOf('keys'),
  code: z.custom<ErrorCode>((value) => isErrorCode(value) && value.startsWith('kms/')),
});

/** Its answer: the published representation of each key, or why not. */
export const keysGiven = z.object({ keys: list(z.union([keyRepresentation, keyRefused]), maxFederatedKeys) });

export type KeysGiven = z.infer<typeof keysGiven>;
