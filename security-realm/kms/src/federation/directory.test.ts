import { newId, type OrganisationId, parseKmsHost } from '@cloister/wire';
import { expect, it } from 'vitest';
import { directoryOf } from './directory.ts';

const [acme, globex, other] = ['acme', 'globex', 'other'].map((name) => parseKmsHost(`kms.${name}.example`)) as [
  ReturnType<typeof parseKmsHost>,
  ReturnType<typeof parseKmsHost>,
  ReturnType<typeof parseKmsHost>,
];
const organisationIds = [newId<OrganisationId>()];
let age = 0;
const status = {
  age: () => age,
  realm: (kmsHost: typeof acme) => (kmsHost === other ? null : { kmsHost, organisationIds }),
};
const directory = directoryOf(acme, status, () => new Date());

it('names the realms that identity names, but this one', () => {
  age = 59_000;
  expect(directory.realm(globex)).toMatchObject({ organisationIds });
  expect([directory.realm(other), directory.realm(acme)]).toEqual([null, null]);
});

it('names nobody by a word that is too old', () => {
  age = 61_000;
  for (const kmsHost of [globex, other, acme]) {
    expect(() => directory.realm(kmsHost)).toThrow(expect.objectContaining({ code: 'kms/unavailable' }));
  }
});
