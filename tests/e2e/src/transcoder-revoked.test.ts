import { readFileSync } from 'node:fs';
import { type MachineClient, makeMasterKeyFile, openAdministration, openKeyManagement } from '@cloister/sdk';
import type { Constellation } from '@cloister/testkit';
import type { RoomId } from '@cloister/wire';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canConvert } from '../../../platform/sandbox/src/testing/can-convert.ts';
import { docx } from '../../../platform/sandbox/src/testing/documents.ts';
import { readPng } from '../../../security-realm/transcoder/src/testing/read-png.ts';
import { inDatabase } from './canary/databases.ts';
import { commandLine } from './cli/command-line.ts';
import { gather } from './sdk/gather.ts';
import { heardOfTranscoding } from './sdk/heard-of-transcoding.ts';
import { sdkMachine } from './sdk/sdk-machine.ts';
import { enter, type SdkPerson, until } from './sdk/sdk-person.ts';
import { fileNamed, shareFiles } from './sdk/shared-files.ts';

const transcoder = 'acme-transcoder';
const eventOf = (line: string) => JSON.parse(line) as Record<string, unknown>;

// The transcoder that runs beside the realm, over a revocation: in order, each test goes on where the one before ended.
describe.skipIf(!canConvert)('documents of an organisation with a main key of its own', () => {
  let all: Constellation;
  let alice: SdkPerson;
  let ben: SdkPerson;
  let end: () => Promise<void>;
  let onlooker: MachineClient;
  let room: RoomId;
  let keyId: string;
  const { done } = commandLine(() => all.data);

  beforeAll(async () => {
    ({ all, alice, ben, end } = await gather(['alice', 'ben']));
    room = await alice.client.rooms.create({ title: 'Documents', people: [ben.id] });
    await enter(ben, room);
    const keys = openKeyManagement(alice.client);
    const { wrapped } = await makeMasterKeyFile(await keys.publicKey());
    const { head } = await keys.upload(wrapped, { activate: true });
    keyId = head?.split('/').at(-1)?.slice(0, 8) ?? '';
    await openAdministration(alice.session).setFunction('transcoding', true);
    onlooker = await sdkMachine(all, alice, 'transcoding');
    await heardOfTranscoding(true, onlooker, alice, room);
  });
  afterAll(async () => {
    await onlooker?.close();
    await end?.();
  });

  const share = (name: string) => shareFiles(alice, room, { [name]: docx([name]) });
  const pagesOf = (name: string) => until(ben.client, () => fileNamed(ben, room, name)?.pages, room);
  /** The first page as Ben sees it, opened. */
  const drawn = async (name: string) => {
    const [page] = await pagesOf(name);
    if (page === undefined) throw new Error(`no page of ${name}`);
    return readPng(new Uint8Array(await (await ben.client.download(room, page.file)).arrayBuffer()));
  };
  const column = async (database: string, query: string): Promise<unknown[]> =>
    inDatabase(all, database, async (client) => {
      const { rows } = await client.query<unknown[]>({ text: query, rowMode: 'array' });
      return rows.flat();
    });
  const work = () =>
    column('core', "select state || ' ' || attempts from function_work where decided_at is null order by seq");
  const pagesInCore = () => column('core', "select id from activities where parent_type = 'transcode'");
  /** What the key server let machines have, says its audit. */
  const keysGiven = async () =>
    (await column('acme_kms', 'select entry from audit order by seq'))
      .map((entry) => JSON.parse(String(entry)) as Record<string, unknown>)
      .filter(
        ({ action, outcome, purpose }) => [action, outcome, purpose].join() === 'retrieveKey,allowed,transcoding',
      );
  const logged = () => readFileSync(all.deployment.layout.log(transcoder), 'utf8').trimEnd().split('\n');
  /** Until its log says, after this many lines, that the key is off. */
  const isRefused = (since: number) =>
    expect
      .poll(() => logged().slice(since).map(eventOf), { timeout: 120_000 })
      .toContainEqual(expect.objectContaining({ event: 'transcoder.unable', code: 'kms/revoked' }));

  it('have pages while it is on', async () => {
    await share('before.docx');
    expect((await drawn('before.docx')).pixels.some((value) => value < 128)).toBe(true);
  });

  it('get none once it is revoked: the transcoder opens nothing, and gives up nothing either (R045)', async () => {
    // It has, or is about to take, what is shared; what it does about it, it does when the key is off.
    all.deployment.signal(transcoder, 'SIGSTOP');
    await share('waiting.docx');
    await until(ben.client, () => fileNamed(ben, room, 'waiting.docx') !== undefined, room);
    await done(['key', 'revoke', keyId, '--yes', keyId, '--wait'], 'alice');
    const [given, pages] = [await keysGiven(), await pagesInCore()];
    all.deployment.signal(transcoder, 'SIGCONT');
    await isRefused(0);
    await expect.poll(work, { timeout: 120_000 }).toEqual(['waiting 0']);
    // Also one that begins now.
    await all.deployment.kill(transcoder, 'SIGTERM');
    const before = logged().length;
    await all.deployment.start(transcoder);
    await isRefused(before);
    expect(await work()).toEqual(['waiting 0']);
    expect([await keysGiven(), await pagesInCore()]).toEqual([given, pages]);
  });

  it('have them when it is on again, those shared before among them', async () => {
    await done(['key', 'activate', keyId], 'alice');
    expect((await drawn('waiting.docx')).pixels.some((value) => value < 128)).toBe(true);
    await share('after.docx');
    await pagesOf('after.docx');
    await pagesOf('before.docx');
    expect(await column('core', 'select attempts from function_work order by seq')).toEqual([1, 1, 1]);
  });
});
