import { newId, type ResourceUri, type UserId } from '@cloister/wire';
import { expect, it } from 'vitest';
import { leaverOperationId } from './leaver-operation-id.ts';

const personId = '11111111-1111-4111-8111-111111111111' as UserId;
const resourceUri = 'kms://kms.acme.example/resources/22222222-2222-4222-8222-222222222222' as ResourceUri;

it('is the hash of the length-prefixed name, person, resource and entry (R332)', () => {
  // hashlib.sha256(b''.join(pack('>I', len(part)) + part for part in parts)).hexdigest()
  expect(leaverOperationId({ personId, resourceUri, entry: 7 })).toBe(
    '2a1460e4089ee85a2cf9df77107867b7f3747d7ab5c5891c386dfbfea5f527bf',
  );
});

it('is another for another person, room or leaving', () => {
  const ids = [
    leaverOperationId({ personId, resourceUri, entry: 7 }),
    leaverOperationId({ personId, resourceUri, entry: 8 }),
    leaverOperationId({ personId: newId<UserId>(), resourceUri, entry: 7 }),
    leaverOperationId({ personId, resourceUri: `${resourceUri.slice(0, -1)}3` as ResourceUri, entry: 7 }),
  ];
  expect(new Set(ids).size).toBe(4);
});
