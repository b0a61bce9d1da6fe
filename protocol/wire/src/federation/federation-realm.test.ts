import { describe, expect, it } from 'vitest';
import { codeOf, expectTypedErrors } from '../testing/fuzz.ts';
import { acme, kmsHost } from '../testing/samples.ts';
import { maxFederationBytes, parseFederationRealm } from './federation-realm.ts';

const realm = {
  kmsHost,
  organisationIds: [acme],
  receiptKey: { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo', kid: 'receipt-1' },
};

describe('what a key server tells another of its realm (R352, R361)', () => {
  it('is read from text and bytes, without members that are not documented', () => {
    const sent = { ...realm, motto: 'x', receiptKey: { ...realm.receiptKey, d: 'x' } };
    expect(parseFederationRealm(JSON.stringify(sent))).toEqual(realm);
    expect(parseFederationRealm(new TextEncoder().encode(JSON.stringify(sent)))).toEqual(realm);
  });

  it.each([
    ['an address for a host', { ...realm, kmsHost: '127.0.0.1' }],
    ['a host with a port', { ...realm, kmsHost: `${kmsHost}:8443` }],
    ['no organisation', { ...realm, organisationIds: [] }],
    ['an organisation that is no id', { ...realm, organisationIds: ['acme'] }],
    ['a receipt key of another kind', { ...realm, receiptKey: { ...realm.receiptKey, crv: 'X25519' } }],
    ['a receipt key of another length', { ...realm, receiptKey: { ...realm.receiptKey, x: 'AAAA' } }],
    ['a receipt key without a name', { ...realm, receiptKey: { ...realm.receiptKey, kid: '' } }],
  ])('refuses %s', (_, changed) => {
    expect(codeOf(() => parseFederationRealm(changed))).toBe('wire/invalid-message');
  });

  it('refuses more than a body may hold', () => {
    expect(
      codeOf(() => parseFederationRealm(JSON.stringify({ ...realm, motto: 'x'.repeat(maxFederationBytes) }))),
    ).toBe('wire/too-large');
  });

  it('gives a value or a wire error for any input', () => expectTypedErrors(parseFederationRealm, realm));
});
