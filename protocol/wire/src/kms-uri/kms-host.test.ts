import { expect, it } from 'vitest';
import { codeOf } from '../testing/fuzz.ts';
import { parseKmsHost } from './kms-host.ts';

it.each(['kms.realm.example', 'localhost', 'kms-1.a', '3com.example', `${'a'.repeat(63)}.example`])(
  'takes %s',
  (host) => {
    expect(parseKmsHost(host)).toBe(host);
  },
);

// threats.md row 15: an address from an attacker must not name another machine than it seems to.
it.each([
  ['nothing', ''],
  ['upper case', 'KMS.example'],
  ['a port', 'kms.example:8443'],
  ['user info', 'acme@kms.example'],
  ['an IPv4 literal', '127.0.0.1'],
  ['a decimal address', '2130706433'],
  ['a hexadecimal address', '0x7f000001'],
  ['a hexadecimal last label', 'a.0x7f'],
  ['an IPv6 literal', '[::1]'],
  ['a root dot', 'kms.example.'],
  ['an empty label', 'kms..example'],
  ['a leading hyphen', '-kms.example'],
  ['a trailing hyphen', 'kms-.example'],
  ['an underscore', 'kms_1.example'],
  ['punycode', 'xn--kms-9na.example'],
  ['a Cyrillic letter', 'kms.ex\u0430mple'],
  ['a full-width dot', 'kms\uff0eexample'],
  ['a percent sign', 'kms%2eexample'],
  ['a space', 'kms .example'],
  ['a line end', 'kms.example\n'],
  ['a long label', `${'a'.repeat(64)}.example`],
  ['a long name', `${'a.'.repeat(127)}example`],
])('refuses %s', (_, host) => {
  expect(codeOf(() => parseKmsHost(host))).toBe('wire/invalid-uri');
});
