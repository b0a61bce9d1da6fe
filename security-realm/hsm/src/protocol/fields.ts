import { CloisterError } from '@cloister/wire';
import * as z from 'zod/mini';

/** The fields that requests and answers share. */
export const uuid = z.string().check(z.regex(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/));
/** Standard base64 of at most so many bytes. */
export const base64 = (bytes: number) =>
  z
    .string()
    .check(
      z.maxLength(Math.ceil(bytes / 3) * 4),
      z.regex(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/),
    );
export const label = z.string().check(z.minLength(1), z.maxLength(64), z.regex(/^[a-z0-9:.-]+$/));
export const purpose = z.enum(['main', 'channel']);
export const id = z.int().check(z.minimum(0));
/** Long enough for every ARN; whether it is one is the AWS keystore's to say (`hsm/not-an-arn`). */
export const arn = z.string().check(z.minLength(1), z.maxLength(2048));
/** A wrapped KEK: 60 bytes of ours, or a CiphertextBlob of at most 6144. */
export const wrapped = base64(6144);
/** A KEK: exactly 32 bytes. */
export const plaintext = z.string().check(z.regex(/^[A-Za-z0-9+/]{43}=$/));
/** An AES-CMAC: exactly 16 bytes. */
export const check = z.string().check(z.regex(/^[A-Za-z0-9+/]{22}==$/));

/** A parser that throws `hsm/invalid-request` on anything else than its message. */
export const parser =
  <T extends z.ZodMiniType>(schema: T) =>
  (value: unknown): z.infer<T> => {
    const parsed = schema.safeParse(value);
    if (!parsed.success) throw new CloisterError('hsm/invalid-request');
    return parsed.data as z.infer<T>;
  };
