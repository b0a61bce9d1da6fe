import { CloisterError } from '@cloister/wire';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { CookieJar } from './cookie-jar.ts';
import { parseSignInForm } from './sign-in-form.ts';

const numRuns = Number(process.env.CLOISTER_RUNS ?? 100);
const page = (action: string, csrf: string) =>
  `<html><form id="other" action="/x"></form><form method="post" id="sign-in" action="${action}"><input name="email"><input type="hidden" name="csrf" value="${csrf}"></form></html>`;

it('reads where the form goes and its token', () => {
  expect(parseSignInForm(page('/idbroker/sign-in/a?b=1&amp;c=2', 'tok&quot;en'))).toEqual({
    action: '/idbroker/sign-in/a?b=1&c=2',
    csrf: 'tok"en',
  });
});

it('gives a typed error for any other page', () => {
  void fc.assert(
    fc.property(
      fc.string(),
      fc.constantFrom('', '<form id="sign-in">', page('', '').replace('name="csrf"', '')),
      (junk, form) => {
        expect(() => parseSignInForm(junk + form)).toThrow(CloisterError);
      },
    ),
    { numRuns },
  );
});

it('carries cookies, the newest of a name, and drops those that end', () => {
  const jar = new CookieJar();
  const keep = (...cookies: string[]) =>
    jar.keep(new Response(null, { headers: cookies.map((one) => ['set-cookie', one]) }));
  keep('a=1; Path=/; HttpOnly', 'b=2=2');
  keep('a=3', 'c=4; Max-Age=0', 'nonsense');
  expect(jar.header()).toBe('a=3; b=2=2');
  keep('b=; Expires=Thu, 01 Jan 1970 00:00:00 GMT');
  expect(jar.header()).toBe('a=3');
});
