import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newId, type Uuid } from '../ids.ts';
import { codeOf, expectTypedErrors, runs } from '../testing/fuzz.ts';
import { alice, kmsHost, other, resourceUri } from '../testing/samples.ts';
import { formatKmsUri } from './format-kms-uri.ts';
import { instanceUri } from './instance-uri.ts';
import type { KmsHost } from './kms-host.ts';
import { type KmsUri, kmsCollections } from './kms-uri.ts';
import { parseKmsUri } from './parse-kms-uri.ts';

const id = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => newId<Uuid>(() => bytes));
const host = fc.constantFrom('kms.a.example', 'kms.b.example', 'localhost').map((name) => name as KmsHost);
const maybeHost = fc.option(host);
const collection = fc.constantFrom(...kmsCollections);
const objects = fc.constantFrom(...kmsCollections.filter((name) => name !== 'ping' && name !== 'publicKey'));
const authId = fc.oneof(
  id.map((value) => value as unknown as typeof alice),
  fc.tuple(host, id).map(([at, of]) => instanceUri(at, 'resources', of)),
);

const anyUri: fc.Arbitrary<KmsUri> = fc.oneof(
  fc.record({ form: fc.constant('server' as const), host }),
  fc.record({ form: fc.constant('collection' as const), host: maybeHost, collection }),
  fc.record({ form: fc.constant('instance' as const), host: maybeHost, collection: objects, id }),
  fc.record({ form: fc.constantFrom('resourceKeys' as const, 'resourceSearchKeys' as const), host: maybeHost, id }),
  fc.record({ form: fc.constant('resourceAuthorizations' as const), host: maybeHost, id }),
  fc.record({ form: fc.constant('resourceAuthorizations' as const), host: maybeHost, id, authId }),
);

describe('a key server address (R311)', () => {
  it('reads back what was written', () => {
    fc.assert(
      fc.property(anyUri, (uri) => {
        expect(parseKmsUri(formatKmsUri(uri))).toEqual(uri);
      }),
      runs,
    );
  });

  it('has one spelling, but for the percent-encoding of authId', () => {
    fc.assert(
      fc.property(anyUri, (uri) => {
        const text = formatKmsUri(uri);
        expect(formatKmsUri(parseKmsUri(decodeURIComponent(text)))).toBe(text);
      }),
      runs,
    );
  });

  it('is refused with one character changed, or names something else', () => {
    fc.assert(
      fc.property(anyUri, fc.nat(), fc.string({ unit: 'binary', minLength: 1, maxLength: 2 }), (uri, at, insert) => {
        const text = formatKmsUri(uri);
        const changed = text.slice(0, at % (text.length + 1)) + insert + text.slice(at % (text.length + 1));
        const code = codeOf(() => {
          if (formatKmsUri(parseKmsUri(changed)) !== text) return;
          // An escaped character of authId is the same character.
          expect(decodeURIComponent(changed)).toBe(decodeURIComponent(text));
        });
        expect(['wire/invalid-uri', 'nothing thrown']).toContain(code);
      }),
      runs,
    );
  });

  it('gives a typed error for anything else', () => {
    expectTypedErrors(parseKmsUri);
  });

  it.each([
    ['the static key', 'kms://kms.realm.example', { form: 'server', host: kmsHost }],
    ['a collection', 'kms://kms.realm.example/ecdhe', { form: 'collection', host: kmsHost, collection: 'ecdhe' }],
    ['a bare collection', '/keys', { form: 'collection', host: null, collection: 'keys' }],
    [
      'a key',
      `kms://kms.realm.example/keys/${other}`,
      { form: 'instance', host: kmsHost, collection: 'keys', id: other },
    ],
    [
      'an encoded resource as authId',
      `kms://kms.realm.example/resources/${other}/authorizations?authId=kms%3A%2F%2Fkms.realm.example%2Fresources%2F${other}`,
      { form: 'resourceAuthorizations', host: kmsHost, id: other, authId: resourceUri },
    ],
    [
      'a person as authId',
      `/resources/${other}/authorizations?authId=${alice}`,
      { form: 'resourceAuthorizations', host: null, id: other, authId: alice },
    ],
  ])('reads %s', (_, text, uri) => {
    expect(parseKmsUri(text)).toEqual(uri);
  });

  it.each([
    ['another scheme', `https://kms.realm.example/keys/${other}`],
    ['an upper-case scheme', `KMS://kms.realm.example/keys/${other}`],
    ['no host', `kms:///keys/${other}`],
    ['two slashes', '//keys'],
    ['a trailing slash', `kms://kms.realm.example/keys/${other}/`],
    ['a slash after the host', 'kms://kms.realm.example/'],
    ['a fragment', `kms://kms.realm.example/keys/${other}#x`],
    ['a dot segment', `kms://kms.realm.example/keys/../keys/${other}`],
    ['an unknown kind', `kms://kms.realm.example/secrets/${other}`],
    ['a kind in capitals', `kms://kms.realm.example/Keys/${other}`],
    ['a query where none belongs', `kms://kms.realm.example/keys/${other}?a=b`],
    ['an empty query', `/resources/${other}/authorizations?`],
    ['an unknown query', `/resources/${other}/authorizations?userId=${alice}`],
    ['two queries', `/resources/${other}/authorizations?authId=${alice}&authId=${alice}`],
    ['a broken escape', `/resources/${other}/authorizations?authId=%zz`],
    ['a key as authId', `/resources/${other}/authorizations?authId=kms://kms.realm.example/keys/${other}`],
    ['an e-mail as authId', `/resources/${other}/authorizations?authId=alice%40acme.example`],
    ['an object of ping', `/ping/${other}`],
    ['authorizations of a key', `/keys/${other}/authorizations`],
    ['an upper-case id', `/keys/${other.replace('4111', '4AAA')}`],
    ['too long', `/resources/${other}/authorizations?authId=${'%41'.repeat(400)}`],
  ])('refuses %s', (_, text) => {
    expect(codeOf(() => parseKmsUri(text))).toBe('wire/invalid-uri');
  });
});
