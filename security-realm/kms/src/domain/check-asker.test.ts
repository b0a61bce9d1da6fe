import { type KmsRequest, newId, type Purpose, purposes, type UserId } from '@cloister/wire';
import { describe, expect, it } from 'vitest';
import { checkAsker } from './check-asker.ts';

type Operation = KmsRequest['operation'];
const operations: readonly Operation[] = [
  'createEphemeralKey',
  'deleteEphemeralKey',
  'createKeys',
  'retrieveKey',
  'createResource',
  'retrieveResource',
  'listResourceKeys',
  'retrieveSearchKeys',
  'bindKey',
  'createAuthorizations',
  'listAuthorizations',
  'appointModerators',
  'dismissModerator',
  'listModerators',
  'deleteAuthorization',
  'ping',
  'unsupported',
];
const ask = (operation: Operation, onBehalfOf?: UserId) => ({
  operation,
  client: { clientId: 'c', credential: { bearer: 'b', onBehalfOf } },
});
const allowed = (purpose: Purpose | null, request: ReturnType<typeof ask>, part: 'message' | 'add' = 'message') => {
  try {
    checkAsker({ purpose }, request, part);
    return true;
  } catch (error) {
    expect(error).toMatchObject({ code: 'kms/not-authorized' });
    return false;
  }
};

describe('checkAsker', () => {
  it('lets a machine make and end a channel, ping and read keys, whatever else there is (R341)', () => {
    for (const purpose of purposes.filter((each) => each !== 'ediscovery')) {
      const may = operations.filter((operation) => allowed(purpose, ask(operation)));
      expect(may.filter((operation) => operation !== 'retrieveSearchKeys')).toEqual([
        'createEphemeralKey',
        'deleteEphemeralKey',
        'retrieveKey',
        'listResourceKeys',
        'ping',
      ]);
    }
  });

  it('lets nobody but a machine of indexing ask for search keys (R392)', () => {
    const may = [null, ...purposes].filter((purpose) => allowed(purpose, ask('retrieveSearchKeys')));
    expect(may).toEqual(['indexing']);
  });

  it('lets a machine of eDiscovery read no key: that needs a case', () => {
    const may = operations.filter((operation) => allowed('ediscovery', ask(operation)));
    expect(may).toEqual(['createEphemeralKey', 'deleteEphemeralKey', 'ping']);
  });

  it('lets a machine take part in no change of a room', () => {
    for (const operation of operations) expect(allowed('retention', ask(operation), 'add')).toBe(false);
  });

  it('lets nobody do anything but retrieve a key on behalf of somebody, least of all make a channel', () => {
    const somebody = newId<UserId>();
    const may = operations.filter((operation) => allowed(null, ask(operation, somebody)));
    expect(may).toEqual(['retrieveKey']);
    for (const purpose of purposes) expect(allowed(purpose, ask('retrieveKey', somebody))).toBe(false);
  });

  it('stands in nobody else’s way', () => {
    for (const operation of operations.filter((each) => each !== 'retrieveSearchKeys')) {
      expect(allowed(null, ask(operation), 'add')).toBe(true);
    }
  });
});
