import * as z from 'zod/mini';
import { base64url } from '../base64url.ts';
import { type Id, isUuid, type Uuid } from '../ids.ts';
import type { JsonObject } from './json-value.ts';

/** An id of one noun: `uuid<RoomId>()`. */
export const uuid = <T extends Id = Uuid>() => z.custom<T>(isUuid);

/** A non-empty string of at most `max` UTF-16 units. */
export const text = (max: number) => z.string().check(z.minLength(1), z.maxLength(max));

/** An integer from `min` to `max`. */
export const integer = (min: number, max: number) => z.int().check(z.minimum(min), z.maximum(max));

/** An array of at most `max` items. */
export const list = <T extends z.ZodMiniType>(item: T, max: number) => z.array(item).check(z.maxLength(max));

/** An object kept exactly as received. */
export const jsonObject = () =>
  z.custom<JsonObject>((value) => typeof value === 'object' && value !== null && !Array.isArray(value));

/** An RFC 3339 date-time in UTC, as `toISOString` writes it; fractions may be missing. */
export const dateTime = () => z.string().check(z.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/));

/** Unpadded base64url of exactly `bytes` bytes. */
export const base64urlOf = (bytes: number) => {
  const length = Math.ceil((bytes * 4) / 3);
  return z.custom<string>((value) => typeof value === 'string' && value.length === length && base64url.is(value));
};

/** Seconds since 1970. @see {@link https://www.rfc-editor.org/rfc/rfc7519#section-2 RFC 7519 NumericDate} */
export const numericDate = () => z.number().check(z.minimum(0), z.maximum(253_402_300_799));
