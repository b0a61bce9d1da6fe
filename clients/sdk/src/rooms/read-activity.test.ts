import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { activity, activityId, ben, keyUri, roomId } from '../testing/log.ts';
import { readActivity } from './read-activity.ts';

const numRuns = Number(process.env.CLOISTER_RUNS ?? 100);
const bodyOf = (members: Readonly<Record<string, unknown>>) => readActivity(roomId, activity(3, members)).body;

it('reads a message with its text and its HTML under the key beside it', () => {
  const object = { objectType: 'comment', displayName: 'plain', content: 'rich' };
  expect(bodyOf({ object })).toEqual({
    kind: 'message',
    text: { sealed: 'plain', keyUri: keyUri(1) },
    html: { sealed: 'rich', keyUri: keyUri(1) },
  });
});

it('reads an edit as what it does to another entry', () => {
  const object = { objectType: 'comment', displayName: 'better' };
  expect(bodyOf({ object, parent: { id: activityId(1), type: 'edit' } })).toMatchObject({
    kind: 'edit',
    target: activityId(1),
  });
});

it('reads emptied content as gone', () => {
  expect(bodyOf({ object: { objectType: 'comment', displayName: null } })).toEqual({ kind: 'gone' });
  const files = { items: [{ objectType: 'file', displayName: null, scr: null }] };
  expect(bodyOf({ verb: 'share', object: { objectType: 'content', files } })).toEqual({ kind: 'gone' });
});

it('reads who came and who went (R331)', () => {
  const object = { objectType: 'person', id: ben };
  expect(bodyOf({ verb: 'add', object })).toEqual({ kind: 'joined', person: ben });
  expect(bodyOf({ verb: 'leave', object })).toEqual({ kind: 'left', person: ben });
});

it('reads a new default and a device’s own key', () => {
  const shared = { objectType: 'conversation', defaultActivityEncryptionKeyUrl: keyUri(2) };
  expect(bodyOf({ verb: 'updateKey', object: shared })).toEqual({
    kind: 'key-changed',
    keyUri: keyUri(2),
    shared: true,
  });
  const own = { objectType: 'key', uri: keyUri(3) };
  expect(bodyOf({ verb: 'addKey', object: own })).toEqual({ kind: 'key-changed', keyUri: keyUri(3), shared: false });
});

it('takes a file’s own key before the entry’s', () => {
  const file = {
    objectType: 'file',
    displayName: 'n',
    scr: 's',
    fileSize: 7,
    mimeType: 'image/png',
    encryptionKeyUrl: keyUri(9),
  };
  const object = { objectType: 'content', files: { items: [file] } };
  expect(bodyOf({ verb: 'share', object })).toEqual({
    kind: 'files',
    files: [
      {
        name: { sealed: 'n', keyUri: keyUri(9) },
        scr: { sealed: 's', keyUri: keyUri(9) },
        mimeType: 'image/png',
        size: 7,
      },
    ],
  });
});

const png = { objectType: 'file', mimeType: 'image/png', fileSize: 9, url: 'u', image: { width: 80, height: 60 } };
const jwe = 'eyJhbGciOiJkaXIifQ..aXY.Y2lwaGVydGV4dA.dGFn';
const withPages = (pages: readonly object[]) => ({
  objectType: 'file',
  scr: 's',
  transcodedCollection: { items: [{ objectType: 'transcodedContent', files: { items: pages } }] },
});
const transcode = { id: activityId(1), type: 'transcode' };

it('reads pages by their place in the share, under the entry’s key (R340)', () => {
  const items = [{ objectType: 'file', scr: 's' }, withPages([{ ...png, scr: jwe }])];
  const read = bodyOf({ verb: 'update', object: { objectType: 'content', files: { items } }, parent: transcode });
  const page = {
    name: undefined,
    scr: { sealed: jwe, keyUri: keyUri(1) },
    mimeType: 'image/png',
    size: 9,
    width: 80,
    height: 60,
  };
  expect(read).toEqual({ kind: 'pages', target: activityId(1), pages: [[], [page]] });
});

it('reads pages of another shape as none, and no update of content as a message', () => {
  const object = { objectType: 'content', files: { items: [withPages([{ ...png, scr: 'in the clear' }])] } };
  expect(bodyOf({ verb: 'update', object, parent: transcode })).toMatchObject({ pages: [[]] });
  expect(bodyOf({ verb: 'update', object })).toEqual({ kind: 'unknown' });
  const emptied = { objectType: 'content', displayName: null, files: { items: [] } };
  expect(bodyOf({ verb: 'update', object: emptied, parent: transcode })).toMatchObject({ pages: [] });
  expect(bodyOf({ verb: 'share', object })).toMatchObject({ kind: 'files' });
});

it('turns any object into an entry or `unknown`, never into a throw', () => {
  const verb = fc.constantFrom(
    'post',
    'share',
    'add',
    'leave',
    'update',
    'updateKey',
    'addKey',
    'delete',
    'create',
    'odd',
  );
  const type = fc.constantFrom('comment', 'content', 'person', 'conversation', 'key', 'activity', 'reaction2');
  void fc.assert(
    fc.property(verb, type, fc.dictionary(fc.string(), fc.jsonValue()), (said, objectType, members) => {
      const read = readActivity(roomId, activity(1, { verb: said, object: { ...members, objectType } }));
      expect(read.position).toBe(1);
    }),
    { numRuns },
  );
});

it('refuses what has no place in the log', () => {
  const { position: _position, ...placeless } = activity(1);
  expect(() => readActivity(roomId, placeless)).toThrow(expect.objectContaining({ code: 'client/unreadable' }));
});
