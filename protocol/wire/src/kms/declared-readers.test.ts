import { describe, expect, it } from 'vitest';
import { codeOf, expectTypedErrors } from '../testing/fuzz.ts';
import { acme, kmsHost } from '../testing/samples.ts';
import { parseDeclaredReaders } from './declared-readers.ts';

const declared = { functions: [{ organisationId: acme, purpose: 'transcoding' }], keyServers: [kmsHost] };

describe('readers that are no people', () => {
  it('are read from the list of authorizations (R343)', () => {
    expect(parseDeclaredReaders({ authorizationVersion: 3, ...declared })).toEqual(declared);
    expect(parseDeclaredReaders({})).toEqual({ functions: [], keyServers: [] });
  });

  it('are never passed over because their purpose is unknown (R097)', () => {
    const unknown = { ...declared, functions: [{ organisationId: acme, purpose: 'advertising' }] };
    expect(codeOf(() => parseDeclaredReaders(unknown))).toBe('wire/invalid-message');
  });

  it('give a value or a wire error for any input', () => {
    expectTypedErrors(parseDeclaredReaders, declared);
  });
});
