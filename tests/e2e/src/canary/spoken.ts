import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { globalPlatform, makeMasterKeyFile, openKeyManagement, type Platform } from '@cloister/sdk';
import type { Constellation } from '@cloister/testkit';
import type { RoomId, UserId } from '@cloister/wire';
import { type SdkPerson, say, sdkPerson, seen, until } from '../sdk/sdk-person.ts';
import type { Canaries } from './canaries.ts';
import { invitePerson } from './invite-person.ts';
import { type RecordingStore, recordingStore } from './recording-store.ts';

const run = promisify(execFile);
const cli = fileURLToPath(new URL('../../../../clients/cli/src/main.ts', import.meta.url));

/** What a run leaves behind for the tests to look at. */
export interface Spoken {
  readonly alice: SdkPerson;
  readonly ben: SdkPerson;
  readonly chloe: SdkPerson;
  /** Alice's and Ben's, without Chloé. */
  readonly roomId: RoomId;
  /** Alice's and Chloé's, made last. */
  readonly lastRoomId: RoomId;
  /** Every event Chloé's devices were sent. */
  readonly chloesEvents: readonly string[];
  close(): Promise<void>;
}

/**
 * An ordinary day: people write, edit, delete, rename, share files, add and remove, from the SDK and the command line. All
 * of it is noted in `canaries` the moment it is thought of.
 */
export const speak = async (all: Constellation, canaries: Canaries): Promise<Spoken> => {
  const type = (what: string, words: string): string => {
    // Letters beyond ASCII and quotes change form on their way; the plain word beside them does not.
    const word = `w${randomBytes(9).toString('hex')}`;
    const text = `${words} ${word}`;
    canaries.add('content', what, text);
    canaries.add('content', `${what}, one word`, word);
    return text;
  };
  noteCast(all, canaries);
  await invitePerson(all, canaries);

  const stores: RecordingStore[] = [];
  const store = (): RecordingStore => {
    stores.push(recordingStore());
    return stores.at(-1) as RecordingStore;
  };
  const events: string[] = [];
  const alice = await sdkPerson(all, 'alice', { store: store() });
  const ben = await sdkPerson(all, 'ben', { store: store() });
  const chloe = await sdkPerson(all, 'chloe', { store: store(), platform: listening(events) });
  for (const person of [alice, ben, chloe]) await noteTokens(person, canaries);
  await uploadMainKey(alice, canaries);

  const roomId = await alice.client.rooms.create({ title: type('title', 'Übernahme "Projekt"'), people: [ben.id] });
  await alice.client.rooms.open(roomId);
  const html = type('html', '<b>größer</b> als');
  const first = await alice.client.send(roomId, { text: type('message', 'Wir kaufen 会議 am Dienstag'), html });
  const { id: firstId } = await alice.client.sent(roomId, first);
  const second = await say(alice, roomId, type('taken back', 'Das sollte niemand lesen'));
  if (firstId === undefined || second.id === undefined) throw new Error('not stored');
  const edited = type('edit', 'Wir kaufen doch nicht');
  await alice.client.edit(roomId, firstId, { text: edited });
  await alice.client.remove(roomId, second.id);
  const answer = type('answer', '네, 알겠습니다');
  await seen(ben, roomId, edited);
  await say(ben, roomId, answer);
  await seen(alice, roomId, answer);
  await alice.client.rooms.rename(roomId, type('new title', 'Übernahme, zweiter Versuch'));
  await shareFile({ alice, ben, roomId, canaries, type });

  // A search for people is typed too, and identity alone may know what.
  await alice.client.people.search('Ben Car');
  await alice.client.people.search(all.person('grace').email);

  // A departure, so that keys rotate.
  const aoi = all.person('aoi').id as UserId;
  const shortRoom = await alice.client.rooms.create({ title: type('short title', 'Kurz'), people: [ben.id] });
  await alice.client.rooms.open(shortRoom);
  await alice.client.rooms.add(shortRoom, [aoi]);
  await say(alice, shortRoom, type('before', 'vorher'));
  await alice.client.rooms.remove(shortRoom, aoi);
  await say(alice, shortRoom, type('after', 'nachher'));

  await byCommandLine(all, type);
  const lastRoomId = await alice.client.rooms.direct(chloe.id);
  const last = type('last', 'zu zweit');
  await say(alice, lastRoomId, last);
  await seen(chloe, lastRoomId, last);

  for (const { keys } of stores)
    for (const [name, bytes] of keys) canaries.add('content-key', `client's ${name}`, bytes);
  return {
    alice,
    ben,
    chloe,
    roomId,
    lastRoomId,
    chloesEvents: events,
    close: async () => {
      await Promise.all([alice, ben, chloe].map((person) => person.close()));
    },
  };
};

/** The organisation's own main key, for everything that follows; nobody knows its bytes but she, and the hsm. */
const uploadMainKey = async ({ client }: SdkPerson, canaries: Canaries): Promise<void> => {
  const management = openKeyManagement(client);
  const { key, wrapped } = await makeMasterKeyFile(await management.publicKey());
  canaries.add('main-key', 'the uploaded main key', Buffer.from(key));
  const { head, isFrozen } = await management.upload(wrapped, { activate: true });
  if (isFrozen || head === 'default') throw new Error('the main key was not taken');
};

const noteCast = ({ endpoints }: Constellation, canaries: Canaries): void => {
  for (const { email, name, password } of endpoints.people) {
    canaries.add('person', `e-mail of ${email}`, email);
    canaries.add('person', `name of ${email}`, name);
    canaries.add('password', `password of ${email}`, password);
  }
  canaries.add('password', 'secret of the evaluation client', endpoints.client.secret);
};

const noteTokens = async ({ id, session }: SdkPerson, canaries: Canaries): Promise<void> => {
  canaries.addToken('core-token', `of ${id}`, await session.coreToken());
  canaries.addToken('kms-token', `of ${id}`, (await session.kmsCredential()).bearer);
  canaries.addToken('identity-token', `for people, of ${id}`, await session.peopleToken());
  canaries.addToken('identity-token', `full, of ${id}`, await session.fullToken());
};

interface Sharing {
  readonly alice: SdkPerson;
  readonly ben: SdkPerson;
  readonly roomId: RoomId;
  readonly canaries: Canaries;
  readonly type: (what: string, words: string) => string;
}

const shareFile = async ({ alice, ben, roomId, canaries, type }: Sharing): Promise<void> => {
  const pattern = randomBytes(61);
  canaries.add('content', 'file bytes', pattern.subarray(0, 40));
  const blob = new Blob(Array.from({ length: 40_000 }, () => new Uint8Array(pattern)));
  const name = `${type('file name', 'Bilanz geheim')}.pdf`;
  const message = { text: type('file message', 'Anbei') };
  const key = await alice.client.upload(roomId, [{ name, blob, mimeType: 'application/pdf' }], { message });
  await alice.client.sent(roomId, key);
  const file = await until(
    ben.client,
    () => {
      const [found] = ben.client
        .timeline(roomId)
        .entries.flatMap((entry) => (entry.kind === 'files' ? entry.files : []));
      return found?.name.state === 'open' && found.name.value === name ? found : undefined;
    },
    roomId,
  );
  const came = Buffer.from(await (await ben.client.download(roomId, file)).arrayBuffer());
  if (came.length !== blob.size || !came.subarray(0, 61).equals(pattern)) throw new Error('another file came');
};

/** The command line signs in over https, as everybody here does. What it keeps lies in a folder of its own: it is a client. */
const byCommandLine = async (all: Constellation, type: (what: string, words: string) => string): Promise<void> => {
  const { endpoints } = all;
  const data = mkdtempSync(join(all.data, 'cli-'));
  writeFileSync(join(data, 'endpoints.json'), JSON.stringify(endpoints), { mode: 0o600 });
  const as = ['--as', all.person('minjun').email, '--data', data];
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: endpoints.tls.root };
  const cloister = (...args: string[]) => run(process.execPath, [cli, ...args, ...as], { env });
  const title = type('title on the command line', 'Kommandozeile');
  const text = type('message on the command line', '안녕하세요');
  await cloister('room', 'create', title, all.person('ben').email);
  await cloister('room', 'send', title, text);
  const file = join(data, `${type('file name on the command line', 'notiz')}.txt`);
  writeFileSync(file, type('file text on the command line', 'Zeilen'));
  await cloister('room', 'upload', title, file, '--message', type('file message on the command line', 'siehe'));
  const { stdout } = await cloister('room', 'history', title);
  if (!stdout.includes(text)) throw new Error('the command line does not show what it sent');
};

/** Keeps what a device is told. */
const listening = (events: string[]): Platform => ({
  ...globalPlatform,
  openSocket: (url) => {
    const real = globalPlatform.openSocket(url);
    return new Proxy(real, {
      get: (socket, name) => {
        const member: unknown = Reflect.get(socket, name);
        return typeof member === 'function' ? member.bind(socket) : member;
      },
      set: (socket, name, value: unknown) => {
        if (name !== 'onmessage' || typeof value !== 'function') return Reflect.set(socket, name, value);
        socket.onmessage = (event) => {
          events.push(String(event.data));
          value(event);
        };
        return true;
      },
    });
  },
});
