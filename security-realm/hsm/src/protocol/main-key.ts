import * as z from 'zod/mini';
import { arn, uuid } from './fields.ts';

export const keyName = z.strictObject({ keyId: uuid, organisationId: uuid });
export const amazonKey = z.strictObject({ keyId: uuid, organisationId: uuid, arn });
export const mainKey = z.strictObject({ keyId: uuid, organisationId: uuid, arn: z.optional(arn) });

/** A key of the local keystore. */
export type KeyName = { readonly keyId: string; readonly organisationId: string };
/** A key at Amazon, under the id that it has with us. */
export type AmazonKey = KeyName & { readonly arn: string };
/** A main key as its caller names it: with an ARN it is Amazon's, without one it is in the local keystore. */
export type MainKey = KeyName & { readonly arn?: string | undefined };

export const isAmazons = (key: MainKey): key is AmazonKey => key.arn !== undefined;
