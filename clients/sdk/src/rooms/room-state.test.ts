import type { Conversation, ResourceUri } from '@cloister/wire';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { alice, ben, chloe, entry, keyUri, message, roomId } from '../testing/log.ts';
import { emptyWindow, joined } from './log-window.ts';
import { type RoomState, unreadOf, withConversation, withEntry } from './room-state.ts';

const numRuns = Number(process.env.CLOISTER_RUNS ?? 100);
const resource = (n: number) =>
  `kms://kms.acme.example/resources/eeeeeeee-0000-4000-8000-00000000000${n}` as ResourceUri;
const conversation = (members: Partial<Conversation> = {}): Conversation => ({
  id: roomId,
  objectType: 'conversation',
  url: 'http://localhost/room',
  participants: { items: [alice, ben].map((id) => ({ objectType: 'person', id })) },
  kmsResourceObjectUrl: resource(1),
  defaultActivityEncryptionKeyUrl: keyUri(1),
  liveKeys: [{ uri: keyUri(1), stale: false, shared: true }],
  head: 3,
  readPosition: 3,
  created: '2026-11-21T00:00:00.000Z',
  ...members,
});
const noPins = (_room: unknown, named: ResourceUri | undefined) => named;
const room = (members: Partial<Conversation> = {}): RoomState =>
  withConversation(undefined, conversation(members), noPins);

it('counts as unread exactly what others said after the read marker, however the log became known', () => {
  const log = fc.array(fc.record({ mine: fc.boolean(), said: fc.boolean() }), { minLength: 1, maxLength: 40 });
  void fc.assert(
    fc.property(log, fc.nat(40), fc.nat(40), (entries, read, from) => {
      const head = entries.length;
      const readPosition = Math.min(read, head);
      const all = entries.map(({ mine, said }, at) => {
        const actor = mine ? alice : ben;
        return said ? message(at + 1, actor) : entry(at + 1, { kind: 'joined', person: chloe }, actor);
      });
      const first = Math.min(from, head - 1);
      const window = joined(emptyWindow, all.slice(first));
      const state = { ...room({ head, readPosition }), window };
      const exact = all.filter(
        ({ position, actor, body }) => position > readPosition && actor !== alice && body.kind === 'message',
      ).length;
      const unread = unreadOf(state, alice);
      if (first <= readPosition) expect(unread).toBe(exact);
      else expect(unread).toBeGreaterThanOrEqual(exact);
      expect(unread).toBeLessThanOrEqual(head - readPosition);
    }),
    { numRuns },
  );
});

it('marks every key stale when somebody leaves, and forgets none (R313)', () => {
  const left = withEntry(room(), entry(4, { kind: 'left', person: ben }), alice);
  expect(left.liveKeys).toEqual([{ uri: keyUri(1), stale: true, shared: true }]);
  expect([...left.people]).toEqual([alice]);
  const fresh = withEntry(left, entry(5, { kind: 'key-changed', keyUri: keyUri(2), shared: false }), alice);
  expect(fresh.liveKeys).toEqual([
    { uri: keyUri(1), stale: true, shared: true },
    { uri: keyUri(2), stale: false, shared: false },
  ]);
  expect(fresh.defaultKey).toBe(keyUri(1));
});

it('ends a pending addition when it shows in the log', () => {
  const pending = [{ operationId: 'x', kind: 'add' as const, subjects: [chloe], since: '2026-11-21T00:00:00Z' }];
  const joinedRoom = withEntry(room({ pending }), entry(4, { kind: 'joined', person: chloe }), alice);
  expect(joinedRoom.pending).toEqual([]);
});

it('does not go back to an older answer of the core', () => {
  const now = withEntry(room(), entry(4, { kind: 'joined', person: chloe }), alice);
  expect(withConversation(now, conversation({ head: 3 }), noPins)).toBe(now);
});

it('takes what one writes as read when everything before was', () => {
  expect(withEntry(room(), message(4), alice).readPosition).toBe(4);
  expect(withEntry(room({ readPosition: 1 }), message(4), alice).readPosition).toBe(1);
  expect(withEntry(room(), message(4, ben), alice).readPosition).toBe(3);
});

it('keeps the set of people while it says the same, so that nothing is checked twice for nothing', () => {
  const first = room();
  expect(withConversation(first, conversation({ head: 4 }), noPins).people).toBe(first.people);
});

it('knows the moderators, and that who leaves is none any more (R447)', () => {
  const appointed = withEntry(room(), entry(4, { kind: 'appointed', person: ben }), alice);
  expect([...appointed.moderators]).toEqual([ben]);
  expect([...withEntry(appointed, entry(5, { kind: 'dismissed', person: ben }), alice).moderators]).toEqual([]);
  const gone = withEntry(appointed, entry(5, { kind: 'left', person: ben, reason: 'left-organisation' }), alice);
  expect([...gone.moderators]).toEqual([]);
  const participants = { items: [{ objectType: 'person', id: ben, roomProperties: { isModerator: true } } as const] };
  expect([...room({ participants }).moderators]).toEqual([ben]);
});

it('takes pages of a file for nothing new: read stays read, unread stays unread, the room keeps its time (R340)', () => {
  const pages = (position: number) => entry(position, { kind: 'pages', target: message(3).id, pages: [] }, chloe);
  const read = room({ head: 3, readPosition: 3 });
  const after = withEntry(read, pages(4), alice);
  expect([after.readPosition, unreadOf(after, alice), after.updated]).toEqual([4, 0, read.updated]);
  const behind = withEntry(room({ head: 3, readPosition: 2 }), pages(4), alice);
  expect([behind.readPosition, unreadOf(behind, alice)]).toEqual([2, 1]);
});
