import { newContentKey } from '@cloister/seal';
import { type KeyRepresentation, type KeyUri, newId, type ResourceUri } from '@cloister/wire';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { keyUri, otherRoomId, roomId } from '../testing/log.ts';
import { contentKeyOf, isKeyOf, readKeyRecord, writeKeyRecord } from './key-record.ts';

const numRuns = Number(process.env.CLOISTER_RUNS ?? 100);
const resourceUri = `kms://kms.globex.example/resources/${newId()}` as ResourceUri;
const uri = keyUri(1);
const { kty, k } = newContentKey(uri).revealJwk();
const answer = (members: Partial<KeyRepresentation> = {}): KeyRepresentation => ({
  ...{ uri, jwk: { kty, k, kid: uri }, resourceUri, cloister: { roomId } },
  ...members,
});

it('takes a key that one key server made and that is bound to a resource of another (R360)', () => {
  expect(contentKeyOf(uri, answer())).toMatchObject({ uri, resourceUri, roomId });
});

it('takes no answer about another key, or about the same at another key server (threats rows 2, 15)', () => {
  const elsewhere = uri.replace('acme', 'evil') as KeyUri;
  for (const asked of [keyUri(2), elsewhere]) {
    expect(() => contentKeyOf(asked, answer())).toThrowError(expect.objectContaining({ code: 'client/unreadable' }));
  }
});

it('is no key of a room whose resource or whose id is another (threats row 17)', () => {
  const other = `kms://kms.acme.example/resources/${newId()}` as ResourceUri;
  const key = contentKeyOf(uri, answer());
  expect(isKeyOf(key, { id: roomId, resourceUri })).toBe(true);
  expect(isKeyOf(key, { id: roomId, resourceUri: other })).toBe(false);
  expect(isKeyOf(key, { id: roomId, resourceUri: undefined })).toBe(false);
  expect(isKeyOf(key, { id: otherRoomId, resourceUri })).toBe(false);
  const { resourceUri: _, ...unbound } = key;
  expect(isKeyOf(unbound, { id: roomId, resourceUri: undefined })).toBe(false);
});

it('goes by the resource alone where the key server does not say the room', () => {
  const key = contentKeyOf(uri, answer({ cloister: {} }));
  expect(isKeyOf(key, { id: roomId, resourceUri })).toBe(true);
});

it('comes back from the store as it was, and anything else in its place is asked for anew', () => {
  for (const key of [contentKeyOf(uri, answer()), contentKeyOf(uri, answer({ cloister: undefined }))]) {
    const read = readKeyRecord(uri, JSON.parse(JSON.stringify(writeKeyRecord(key))));
    expect({ ...read, key: read?.key.reveal() }).toEqual({ ...key, key: key.key.reveal() });
  }
  void fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(readKeyRecord(uri, value)?.uri ?? uri).toBe(uri);
    }),
    { numRuns },
  );
});
