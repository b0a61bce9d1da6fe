import type { KmsRequest } from '@cloister/wire';
import { newId, parseKmsHost, parseKmsRequest, type RoomId, type UserId } from '@cloister/wire';
import { describe, expect, it } from 'vitest';
import { checkBare, checkRoomOf, checkTwoPart, type OuterPart } from './two-part.ts';

const host = parseKmsHost('kms.acme.example');
const [alice, bob] = [newId<UserId>(), newId<UserId>()];
const roomId = newId<RoomId>();
const deviceId = newId<NonNullable<OuterPart['deviceId']>>();
const resourceUri = `kms://${host}/resources/${newId()}` as NonNullable<OuterPart['resourceUri']>;
const keyUri = `kms://${host}/keys/${newId()}` as NonNullable<OuterPart['keyUri']>;

const request = (ask: object): KmsRequest =>
  parseKmsRequest(
    {
      requestId: 'r',
      client: { clientId: `https://core.example/wdm/api/v1/devices/${deviceId}`, credential: { bearer: 'b' } },
      ...ask,
    },
    host,
  );
const outer = (change: Partial<OuterPart> & Pick<OuterPart, 'kind'>): OuterPart => ({
  roomId,
  userId: alice,
  deviceId,
  subjects: [],
  ...change,
});
const refused = expect.objectContaining({ code: 'kms/room-mismatch' });

const create = request({ method: 'create', uri: '/resources', userIds: [alice, bob], keyUris: [keyUri] });
const add = request({ method: 'create', uri: '/authorizations', resourceUri, userIds: [bob] });
const remove = request({ method: 'delete', uri: `${resourceUri}/authorizations?authId=${bob}` });
const bind = request({ method: 'update', uri: keyUri, resourceUri });
const moderators = `${resourceUri}/moderators`;
const appoint = request({ method: 'create', uri: moderators, userIds: [bob], cloister: { roomId } });
const dismiss = request({ method: 'delete', uri: `${moderators}?authId=${bob}`, cloister: { roomId } });

describe('the two halves of a change', () => {
  it.each([
    ['create', create, outer({ kind: 'create', subjects: [alice, bob], keyUri })],
    ['create, the creator not named outside', create, outer({ kind: 'create', subjects: [bob] })],
    ['add', add, outer({ kind: 'add', subjects: [bob], resourceUri })],
    ['remove', remove, outer({ kind: 'remove', subjects: [bob] })],
    ['updateKey', bind, outer({ kind: 'updateKey', keyUri, resourceUri })],
    ['addKey', bind, outer({ kind: 'addKey', keyUri })],
    ['appoint', appoint, outer({ kind: 'appoint', subjects: [bob], resourceUri })],
    ['dismiss', dismiss, outer({ kind: 'dismiss', subjects: [bob], resourceUri })],
    ['without a device', add, outer({ kind: 'add', subjects: [bob], deviceId: null })],
  ])('agree: %s', (_, inner, half) => {
    expect(() => checkTwoPart(half, inner)).not.toThrow();
  });

  it.each([
    ['a person less outside', create, outer({ kind: 'create', subjects: [alice] })],
    ['a person more outside', create, outer({ kind: 'create', subjects: [alice, bob, newId<UserId>()] })],
    [
      'a key that is not bound',
      create,
      outer({ kind: 'create', subjects: [bob], keyUri: `kms://${host}/keys/${newId()}` as typeof keyUri }),
    ],
    ['a removal as an addition', remove, outer({ kind: 'add', subjects: [bob] })],
    ['an addition as a removal', add, outer({ kind: 'remove', subjects: [bob] })],
    [
      'another resource',
      add,
      outer({ kind: 'add', subjects: [bob], resourceUri: `kms://${host}/resources/${newId()}` as typeof resourceUri }),
    ],
    ['another key', bind, outer({ kind: 'addKey', keyUri: `kms://${host}/keys/${newId()}` as typeof keyUri })],
    ['no key', bind, outer({ kind: 'updateKey' })],
    ['another moderator', appoint, outer({ kind: 'appoint', subjects: [alice] })],
    ['one moderator more outside', appoint, outer({ kind: 'appoint', subjects: [alice, bob] })],
    ['somebody else dismissed', dismiss, outer({ kind: 'dismiss', subjects: [alice] })],
    ['an appointment as a dismissal', appoint, outer({ kind: 'dismiss', subjects: [bob] })],
    ['a dismissal as an appointment', dismiss, outer({ kind: 'appoint', subjects: [bob] })],
    ['a dismissal as a removal', dismiss, outer({ kind: 'remove', subjects: [bob] })],
    ['an appointment as an addition', appoint, outer({ kind: 'add', subjects: [bob] })],
    ['an appointment in another room', appoint, outer({ kind: 'appoint', subjects: [bob], roomId: newId<RoomId>() })],
    [
      'an appointment that names no room',
      request({ method: 'create', uri: moderators, userIds: [bob] }),
      outer({ kind: 'appoint', subjects: [bob] }),
    ],
    [
      'a dismissal that names no room',
      request({ method: 'delete', uri: `${moderators}?authId=${bob}` }),
      outer({ kind: 'dismiss', subjects: [bob] }),
    ],
    [
      'a dismissal on another resource',
      dismiss,
      outer({
        kind: 'dismiss',
        subjects: [bob],
        resourceUri: `kms://${host}/resources/${newId()}` as typeof resourceUri,
      }),
    ],
    ['another device', add, outer({ kind: 'add', subjects: [bob], deviceId: newId() })],
    ['a message that is no change', request({ method: 'update', uri: '/ping' }), outer({ kind: 'add' })],
    [
      'an authorization by its address',
      request({ method: 'delete', uri: `kms://${host}/authorizations/${newId()}` }),
      outer({ kind: 'remove' }),
    ],
  ])('disagree: %s', (_, inner, half) => {
    expect(() => checkTwoPart(half, inner)).toThrow(refused);
  });

  it('name one room, if the sealed one names any', () => {
    const named = request({
      method: 'create',
      uri: '/authorizations',
      resourceUri,
      userIds: [bob],
      cloister: { roomId },
    });
    expect(() => checkTwoPart(outer({ kind: 'add', subjects: [bob] }), named)).not.toThrow();
    expect(() => checkTwoPart(outer({ kind: 'add', subjects: [bob], roomId: newId<RoomId>() }), named)).toThrow(
      refused,
    );
    expect(() => checkBare(named)).toThrow(refused);
    expect(() => checkBare(add)).not.toThrow();
  });
});

describe("a resource's list", () => {
  it('changes with its room alone when it has one, and by messages when it has none', () => {
    const part = { kind: 'add', roomId } as const;
    const bare = { kind: 'message' } as const;
    expect(() => checkRoomOf({ roomId }, { part })).not.toThrow();
    expect(() => checkRoomOf({ roomId: null }, { part: bare })).not.toThrow();
    expect(() => checkRoomOf({ roomId }, { part: bare })).toThrow(refused);
    expect(() => checkRoomOf({ roomId: null }, { part })).toThrow(refused);
    expect(() => checkRoomOf({ roomId: newId() }, { part })).toThrow(refused);
  });
});
