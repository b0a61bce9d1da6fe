import { createHmac, timingSafeEqual } from 'node:crypto';

/** The hidden field of a form: only who was shown the page can send it (the page's id travels in a cookie besides). */
export const formToken = (key: Uint8Array, pageId: string): string =>
  createHmac('sha256', key).update(`sign-in form ${pageId}`).digest('base64url');

/** Whether the field is that page's. */
export const isFormToken = (key: Uint8Array, pageId: string, token: string): boolean => {
  const expected = Buffer.from(formToken(key, pageId));
  const actual = Buffer.from(token);
  return expected.length === actual.length && timingSafeEqual(expected, actual);
};
