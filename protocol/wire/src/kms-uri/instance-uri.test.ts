import { expect, it } from 'vitest';
import { codeOf } from '../testing/fuzz.ts';
import { kmsHost, other } from '../testing/samples.ts';
import { hostOf, idOf, instanceUri, parseInstanceUri, splitInstanceUri } from './instance-uri.ts';

it.each(['keys', 'resources', 'authorizations', 'ecdhe'] as const)(
  'names and reads an object of %s (R311)',
  (collection) => {
    const uri = instanceUri(kmsHost, collection, other);
    expect(uri).toBe(`kms://kms.realm.example/${collection}/${other}`);
    expect(parseInstanceUri(uri, collection)).toBe(uri);
    expect(splitInstanceUri(uri, collection)).toEqual({ host: kmsHost, id: other });
    expect(hostOf(uri)).toBe(kmsHost);
    expect(idOf(uri)).toBe(other);
  },
);

it.each([
  `kms://kms.realm.example/resources/${other}`,
  `/keys/${other}`,
  `kms://127.0.0.1/keys/${other}`,
  `kms://kms.realm.example/keys/${other}/x`,
  `kms://kms.realm.example/keys/${other}?a`,
  'kms://kms.realm.example/keys',
  null,
])('takes no %s for a key', (value) => {
  expect(splitInstanceUri(value, 'keys')).toBeNull();
  expect(codeOf(() => parseInstanceUri(value, 'keys'))).toBe('wire/invalid-uri');
});
