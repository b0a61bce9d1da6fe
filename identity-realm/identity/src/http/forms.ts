import { CloisterError } from '@cloister/wire';

/** Largest form that is read. */
export const maxFormBytes = 64 * 1024;

/** A form's fields. */
export type Form = ReadonlyMap<string, string>;

/**
 * The fields of an `application/x-www-form-urlencoded` body. A field sent twice is refused: "Request and response parameters
 * MUST NOT be included more than once" (RFC 6749 §3.1), and two readers could believe different ones.
 * @throws CloisterError `identity/invalid-request`
 */
export const parseForm = (body: string): Form => {
  const form = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(body)) {
    if (form.has(name) || value.includes('\0')) throw new CloisterError('identity/invalid-request');
    form.set(name, value);
  }
  return form;
};

/** A field that must be there. @throws CloisterError `identity/invalid-request` */
export const field = (form: Form, name: string): string => {
  const value = form.get(name);
  if (value === undefined || value === '') {
    throw new CloisterError('identity/invalid-request', { detail: `${name} is missing` });
  }
  return value;
};
