import { readFile, stat, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  formatCheck,
  type KeyManagement,
  type MachineClient,
  openAdministration,
  openKeyManagement,
  type Share,
} from '@cloister/sdk';
import type { Constellation } from '@cloister/testkit';
import { type MasterKeyOverview, newId, type RoomId } from '@cloister/wire';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandLine } from './cli/command-line.ts';
import { gather } from './sdk/gather.ts';
import { hostilePlatform } from './sdk/hostile-platform.ts';
import { sdkMachine } from './sdk/sdk-machine.ts';
import { type SdkPerson, say, sdkPerson, seen, textOf, until } from './sdk/sdk-person.ts';

// The life of an organisation's main keys, in order: each test goes on where the one before ended.
describe('the main key of an organisation', () => {
  let all: Constellation;
  let alice: SdkPerson;
  let ben: SdkPerson;
  let end: () => Promise<void>;
  let keys: KeyManagement;
  let room: RoomId;
  let machine: MachineClient;
  let share: Share;
  const { cloister, done } = commandLine(() => all.data);
  const path = (name: string) => join(all.data, name);

  beforeAll(async () => {
    ({ all, alice, ben, end } = await gather(['alice', 'ben']));
    keys = openKeyManagement(alice.client);
    await openAdministration(alice.session).setFunction('transcoding', true);
    machine = await sdkMachine(all, alice, 'transcoding');
    room = await alice.client.rooms.create({ title: 'Plans', people: [ben.id] });
    await say(alice, room, 'before');
    await seen(ben, room, 'before');
    share = await shareFile('before.txt');
  });
  afterAll(async () => {
    await machine?.close();
    await end?.();
  });

  const shareFile = async (name: string): Promise<Share> => {
    const key = await alice.client.upload(room, [{ name, blob: new Blob(['content']) }]);
    const { id: activityId } = await alice.client.sent(room, key);
    const found = activityId === undefined ? undefined : await machine.share({ id: newId(), roomId: room, activityId });
    if (found === undefined) throw new Error(`no share of ${name}`);
    return found;
  };
  /** What somebody sees who comes with nothing but their session. */
  const afresh = async <T>(local: string, work: (person: SdkPerson) => Promise<T>): Promise<T> => {
    const person = await sdkPerson(all, local);
    return work(person).finally(() => person.close());
  };
  const readable = (texts: readonly string[]) =>
    afresh('ben', async (person) => {
      for (const text of texts) await seen(person, room, text);
    });
  const shortOf = (uri: string | null | undefined): string => uri?.split('/').at(-1)?.slice(0, 8) ?? '';
  const overviewOf = (lines: readonly string[]) => JSON.parse(lines.at(-1) ?? '') as MasterKeyOverview;
  const listed = async () => overviewOf(await done(['key', 'list', '--json'], 'alice'));
  const stateOf = ({ keys: found }: MasterKeyOverview, id: string) =>
    found.find(({ uri }) => shortOf(uri) === id)?.state;
  const reasonOf = (person: SdkPerson, position: number): string | undefined => {
    const entry = person.client.timeline(room).entries.find((one) => one.position === position);
    return entry?.kind === 'message' && entry.content.state === 'undecryptable' ? entry.content.reason : undefined;
  };
  const storedKeys = async (person: SdkPerson) =>
    [...(await person.store.readAll('keys')).keys()].filter((name) => name.startsWith('key/'));
  const positionOf = (person: SdkPerson, text: string): number =>
    person.client.timeline(room).entries.find((entry) => textOf(entry) === text)?.position ?? 0;

  it('is the default one at first, and full administrators alone look at it (R001, R013)', async () => {
    expect(await listed()).toMatchObject({ head: 'default', isFrozen: false, keys: [], reach: { rooms: 1 } });
    const { code, err } = await cloister(['key', 'list', '--json'], 'ben');
    expect([code, JSON.parse(err)]).toMatchObject([1, { code: 'kms/not-authorized' }]);
  });

  it('is made on the command line, checked, uploaded pending and activated; all stays readable (R006, R007, R025)', async () => {
    const made = await done(['key', 'make', 'first.bin'], 'alice');
    expect(made.at(-1)).toBe(`check value  ${(await done(['key', 'check', 'first.bin'], 'alice'))[0]}`);
    expect([(await stat(path('first.bin'))).size, (await stat(path('first.bin'))).mode & 0o777]).toEqual([32, 0o600]);
    const again = await cloister(['key', 'make', 'first.bin'], 'alice');
    expect([again.code, again.err]).toEqual([1, expect.stringContaining('is there already')]);

    const [uploaded = ''] = await done(['key', 'upload', 'first.bin.upload'], 'alice');
    const id = uploaded.slice(0, 8);
    expect(uploaded).toBe(`${id}  pending`);
    const second = await cloister(['key', 'upload', 'first.bin.upload', '--json'], 'alice');
    expect(JSON.parse(second.err)).toMatchObject({ code: 'kms/pending-exists' });
    expect(await listed()).toMatchObject({ head: 'default', keys: [{ state: 'pending' }] });

    await done(['key', 'activate', id, '--wait'], 'alice');
    const now = await listed();
    expect([shortOf(now.head), now.defaultRole, stateOf(now, id)]).toEqual([id, 'idle', 'active']);
    // The Control Hub shows this; a backup is proven by it.
    expect(formatCheck(now.keys[0]?.check ?? '')).toBe((await done(['key', 'check', 'first.bin'], 'alice'))[0]);
    await say(alice, room, 'under the first key');
    await readable(['before', 'under the first key']);
  });

  it('does not take what is no key of 32 bytes under this organisation’s public key, with one answer (R010, R021)', async () => {
    const upload = await readFile(path('first.bin.upload'));
    upload[100] = (upload[100] ?? 0) ^ 1;
    await writeFile(path('bad.upload'), upload);
    const bad = await cloister(['key', 'upload', 'bad.upload', '--json'], 'alice');
    expect(JSON.parse(bad.err)).toMatchObject({ code: 'kms/invalid-master-key' });
    const own = await cloister(['key', 'upload', 'first.bin'], 'alice');
    expect([own.code, own.err]).toEqual([1, expect.stringContaining('stays with you')]);
    expect((await listed()).keys).toHaveLength(1);
  });

  it('is rotated: the new one is active at once, the old one retires when nothing is under it (R026, R027, R042)', async () => {
    const old = shortOf((await listed()).head);
    await done(['key', 'make', 'second.bin'], 'alice');
    await unlink(path('second.bin'));
    await done(['key', 'rotate', 'second.bin.upload', '--wait'], 'alice');
    const now = await listed();
    expect([stateOf(now, old), now.keys.find(({ uri }) => uri === now.head)?.state]).toEqual(['retired', 'active']);
    expect(shortOf(now.head)).not.toBe(old);
    await say(ben, room, 'under the second key');
    await readable(['before', 'under the first key', 'under the second key']);
  });

  it('is revoked only by who says which, and is told whom that reaches (R028)', async () => {
    const before = await listed();
    const id = shortOf(before.head);
    const asked = await cloister(['key', 'revoke', id], 'alice');
    expect([asked.code, asked.err]).toEqual([2, expect.stringMatching(/2 people in 1 room can read and send nothing/)]);
    expect((await cloister(['key', 'revoke', id, '--yes', '00000000'], 'alice')).code).toBe(1);
    const [dry = ''] = await done(['key', 'revoke', id, '--dry-run', '--json'], 'alice');
    expect(JSON.parse(dry)).toMatchObject({ dryRun: true, act: 'revoke', id });
    expect(await listed()).toMatchObject({ version: before.version, isFrozen: false });
    const active = await cloister(['key', 'delete', id, '--yes', id, '--json'], 'alice');
    expect(JSON.parse(active.err)).toMatchObject({ code: 'kms/revoke-first' });
  });

  it('once revoked opens nothing: clients drop their keys and say so, machines are refused, all comes back (R030, R045, R046)', async () => {
    // A core that swallows the hint: the key server's own word does.
    const platform = hostilePlatform();
    platform.hostility = {
      event: (frame) => {
        const { eventType } = (frame.data ?? {}) as { eventType?: string };
        return eventType === 'encryption.keys_revoked' ? undefined : frame;
      },
    };
    const deaf = await sdkPerson(all, 'ben', { platform });
    await seen(deaf, room, 'before');
    await seen(ben, room, 'under the second key');
    await seen(alice, room, 'under the second key');
    const lent = await machine.contentKey(share);
    const at = positionOf(ben, 'before');
    expect(await storedKeys(ben)).not.toEqual([]);

    const id = shortOf((await listed()).head);
    const { code, err } = await cloister(['key', 'revoke', id, '--yes', id, '--wait'], 'alice');
    expect([code, err]).toEqual([0, expect.stringMatching(/revoked after \d+\.\d s\n$/)]);
    for (const person of [alice, ben]) {
      await until(person.client, () => person.client.snapshot().keysRevoked);
      await until(person.client, () => reasonOf(person, at) === 'key-server-sealed', room);
      await until(person.client, () => person.client.snapshot().rooms[0]?.title.state === 'undecryptable');
    }
    await expect.poll(() => storedKeys(ben)).toEqual([]);
    await expect(ben.client.rooms.create({ title: 'New', people: [] })).rejects.toMatchObject({ code: 'kms/revoked' });
    const waiting = await ben.client.send(room, { text: 'while it was off' });

    // The machine's key was wiped in its hands, and it gets no other; what the core holds stays ciphertext.
    expect(() => lent.key.reveal()).toThrowError(expect.objectContaining({ code: 'seal/invalid-key' }));
    await expect(machine.contentKey(share)).rejects.toMatchObject({ code: 'kms/revoked' });
    // Only the event was kept from it: whatever it asks next, the key server tells it.
    await expect(deaf.client.rooms.create({ title: 'New', people: [] })).rejects.toMatchObject({ code: 'kms/revoked' });
    await until(deaf.client, () => deaf.client.snapshot().keysRevoked);
    await until(deaf.client, () => reasonOf(deaf, at) === 'key-server-sealed', room);
    await deaf.close();
    await afresh('ben', async (person) => {
      await until(person.client, () => person.client.snapshot().keysRevoked);
      await person.client.rooms.open(room);
      await until(person.client, () => reasonOf(person, at) === 'key-server-sealed', room);
    });
    const sent = await cloister(['room', 'send', room, 'no', '--json'], 'alice');
    expect(JSON.parse(sent.err)).toMatchObject({ code: 'kms/revoked' });

    await done(['key', 'activate', id], 'alice');
    for (const person of [alice, ben]) {
      await until(person.client, () => !person.client.snapshot().keysRevoked);
      for (const text of ['before', 'under the second key', 'while it was off']) await seen(person, room, text);
    }
    await ben.client.sent(room, waiting);
    (await machine.contentKey(share)).key.destroy();
    await readable(['before', 'under the first key', 'under the second key', 'while it was off']);
  });

  it('once revoked can be deleted, and undeleted with everything (R031, R033)', async () => {
    const id = shortOf((await listed()).head);
    await done(['key', 'revoke', id, '--yes', id, '--wait'], 'alice');
    await done(['key', 'delete', id, '--yes', id], 'alice');
    const deleted = await listed();
    expect([stateOf(deleted, id), deleted.isFrozen]).toEqual(['deleted', true]);
    expect(deleted.keys.find(({ uri }) => shortOf(uri) === id)?.purgeAt).toBeDefined();
    const other = await cloister(['key', 'use-default', '--yes', 'default', '--json'], 'alice');
    expect(JSON.parse(other.err)).toMatchObject({ code: 'kms/reactivate-first' });
    expect(await done(['key', 'undelete', id], 'alice')).toEqual([`${id}  revoked`]);
    await done(['key', 'activate', id], 'alice');
    await until(ben.client, () => !ben.client.snapshot().keysRevoked);
    await readable(['before', 'while it was off']);
  });

  it('is the default one again when the organisation likes (R016)', async () => {
    const id = shortOf((await listed()).head);
    await done(['key', 'use-default', '--yes', 'default', '--wait'], 'alice');
    const now = await keys.overview();
    expect([now.head, now.defaultRole, stateOf(now, id)]).toEqual(['default', 'active', 'retired']);
    await say(alice, room, 'under the default key');
    await readable(['before', 'under the first key', 'under the second key', 'under the default key']);
  });

  it('has its history: every act, by whose hand', async () => {
    const lines = await done(['key', 'history', '--json'], 'alice');
    const events = lines.map((line) => JSON.parse(line) as { at: string; act: string; by: string | null });
    // One change may concern several keys: all of it happened at one moment.
    const changes = Map.groupBy(
      events.filter(({ by }) => by === alice.id),
      ({ at }) => at,
    );
    const acts = [...changes.values()].map((each) => [...new Set(each.map(({ act }) => act))].toSorted().join(' '));
    expect(acts.toReversed()).toEqual([
      'upload',
      'activate',
      'activate upload',
      'revoke',
      'activate',
      'revoke',
      'delete',
      'undelete',
      'activate',
      'use-default',
    ]);
    expect(events.some(({ act, by }) => act === 'rotation-done' && by === null)).toBe(true);
  });
});
