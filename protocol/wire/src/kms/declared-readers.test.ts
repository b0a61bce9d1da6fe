import { describe, expect, it } from 'vitest';
import { codeOf, expectTypedErrors } from '../testing/fuzz.ts';
import { acme, kmsHost } from '../testing/samples.ts';
import { parseDeclaredReaders } from './declared-readers.ts';

const organisation = {
  organisationId: acme,
  name: 'Acme',
  domains: ['acme.example'],
  kmsHost,
  functions: ['transcoding'],
  statedAt: '2026-11-22T11:00:00.000Z',
  statement: 'aaaa.bbbb.cccc',
};
const declared = {
  functions: [{ organisationId: acme, purpose: 'transcoding' }],
  keyServers: [kmsHost],
  organisations: [organisation],
};

describe('readers that are no people', () => {
  it('are read from the list of authorizations (R343)', () => {
    expect(parseDeclaredReaders({ authorizationVersion: 3, ...declared })).toEqual(declared);
    expect(parseDeclaredReaders({})).toEqual({ functions: [], keyServers: [], organisations: [] });
  });

  it('are never passed over because their purpose is unknown (R097)', () => {
    const unknown = { ...declared, functions: [{ organisationId: acme, purpose: 'advertising' }] };
    expect(codeOf(() => parseDeclaredReaders(unknown))).toBe('wire/invalid-message');
  });

  it.each([
    ['its id is none', { organisationId: 'acme' }],
    ['its key server is no host', { kmsHost: 'https://kms.acme.example' }],
    ['a domain is an address', { domains: ['127.0.0.1'] }],
    ['a purpose is unknown (R097)', { functions: ['advertising'] }],
    ['its name is missing', { name: undefined }],
    ['its statement is no statement', { statement: 'signed, honestly' }],
  ])('are not believed of an organisation when %s (R344)', (_, wrong) => {
    const organisations = [{ ...organisation, ...wrong }];
    expect(codeOf(() => parseDeclaredReaders({ ...declared, organisations }))).toBe('wire/invalid-message');
  });

  it('may leave open what an organisation lets its machines read (R344)', () => {
    const { functions: _, statedAt: __, statement: ___, ...silent } = organisation;
    expect(parseDeclaredReaders({ organisations: [silent] }).organisations).toEqual([silent]);
  });

  it('give a value or a wire error for any input', () => {
    expectTypedErrors(parseDeclaredReaders, declared);
  });
});
