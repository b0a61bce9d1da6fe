import * as z from 'zod/mini';
import type { Branded } from '../ids.ts';

/** A compact JWE by its form alone: five parts. Whether it opens is not known here. */
export type CompactJwe = Branded<'CompactJwe'>;

/** A compact JWS by its form alone: three parts. Whether it verifies is not known here. */
export type CompactJws = Branded<'CompactJws'>;

const jweForm = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]+$/;
const jwsForm = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;

/** @see {@link https://www.rfc-editor.org/rfc/rfc7516#section-7.1 RFC 7516 §7.1} */
export const isCompactJwe = (value: unknown): value is CompactJwe => typeof value === 'string' && jweForm.test(value);

/** @see {@link https://www.rfc-editor.org/rfc/rfc7515#section-7.1 RFC 7515 §7.1} */
export const isCompactJws = (value: unknown): value is CompactJws => typeof value === 'string' && jwsForm.test(value);

/** A compact JWE of at most `max` characters. */
export const compactJwe = (max: number) => z.custom<CompactJwe>((value) => isCompactJwe(value) && value.length <= max);

/** A compact JWS of at most `max` characters. */
export const compactJws = (max: number) => z.custom<CompactJws>((value) => isCompactJws(value) && value.length <= max);
