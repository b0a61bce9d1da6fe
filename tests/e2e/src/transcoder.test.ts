import { type Administration, type FileView, type MachineClient, openAdministration } from '@cloister/sdk';
import type { Constellation } from '@cloister/testkit';
import { type ActivityId, newId, type RoomId } from '@cloister/wire';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canConvert } from '../../../platform/sandbox/src/testing/can-convert.ts';
import { docx, pdf } from '../../../platform/sandbox/src/testing/documents.ts';
import { readPng } from '../../../security-realm/transcoder/src/testing/read-png.ts';
import { Canaries, type Piece } from './canary/canaries.ts';
import { inDatabase } from './canary/databases.ts';
import { databasePieces, filePieces } from './canary/places.ts';
import { gather } from './sdk/gather.ts';
import { heardOfTranscoding } from './sdk/heard-of-transcoding.ts';
import { sdkMachine } from './sdk/sdk-machine.ts';
import { enter, type SdkPerson, until } from './sdk/sdk-person.ts';
import { fileNamed, shareFiles, shareNamed } from './sdk/shared-files.ts';

// The transcoder that runs beside every realm of the evaluation, LibreOffice and all. Where documents cannot be converted
// there is none, which the last lines of `npm test` say.
const WORDS = ['quarterly hedgehog forecast', '四半期ハリネズミ予測'];
const NAME = 'forecast of hedgehogs.docx';
const A4 = { width: 1132, height: 1600 };

describe.skipIf(!canConvert)('documents in a room', () => {
  let all: Constellation;
  let alice: SdkPerson;
  let ben: SdkPerson;
  let end: () => Promise<void>;
  let hub: Administration;
  let id: RoomId;
  let onlooker: MachineClient | undefined;

  beforeAll(async () => {
    ({ all, alice, ben, end } = await gather(['alice', 'ben']));
    hub = openAdministration(alice.session);
    id = await alice.client.rooms.create({ title: 'Documents', people: [ben.id] });
    await enter(ben, id);
  });
  afterAll(async () => {
    await onlooker?.close();
    await end?.();
  });

  const fileOf = (name: string) => fileNamed(ben, id, name);
  const shareOf = (name: string): ActivityId => {
    const stored = shareNamed(ben, id, name)?.id;
    if (stored === undefined) throw new Error(`no share of ${name}`);
    return stored;
  };
  const pagesOf = (name: string) => until(ben.client, () => fileOf(name)?.pages, id);
  const bytesOf = async (file: FileView) => new Uint8Array(await (await ben.client.download(id, file)).arrayBuffer());
  /** Switches the function and waits until core and key server have heard of it. */
  const turn = async (on: boolean) => {
    await hub.setFunction('transcoding', on);
    onlooker ??= await sdkMachine(all, alice, 'transcoding');
    await heardOfTranscoding(on, onlooker, ben, id);
  };

  /** What the key server wrote down of the function's machines. */
  const machineLines = () =>
    inDatabase(all, 'acme_kms', async (client) => {
      const found = await client.query<{ entry: string }>('select entry from audit order by seq');
      return found.rows
        .map(({ entry }) => JSON.parse(entry) as Record<string, unknown>)
        .filter(({ purpose }) => purpose === 'transcoding');
    });

  const keysAsked = async () => (await machineLines()).filter(({ action }) => action === 'retrieveKey');

  it('are files only until the administrator switches the function on (R342)', async () => {
    expect(all.deployment.pid('acme-transcoder')).toBeDefined();
    await shareFiles(alice, id, { 'before.docx': docx(['before']) });
    expect((await hub.functions()).find(({ purpose }) => purpose === 'transcoding')).toMatchObject({ enabled: false });
    await until(ben.client, () => fileOf('before.docx') !== undefined, id);
  });

  it('appear with their pages as images that people in the room can open (R340)', async () => {
    await turn(true);
    await shareFiles(alice, id, {
      [NAME]: docx([...WORDS, '\f', 'second page']),
      'note.txt': Buffer.from('no document'),
    });
    const pages = await pagesOf(NAME);
    expect(pages.map(({ index, width, height }) => [index, width, height])).toEqual([
      [0, A4.width, A4.height],
      [1, A4.width, A4.height],
    ]);
    for (const { file } of pages) {
      const image = readPng(await bytesOf(file));
      expect(image).toMatchObject(A4);
      expect(image.pixels.some((value) => value < 128)).toBe(true);
    }
    expect(fileOf('note.txt')?.pages).toBeUndefined();
    expect(fileOf('before.docx')?.pages).toBeUndefined();
  });

  it('wait for a transcoder that is away', async () => {
    await all.deployment.kill('acme-transcoder', 'SIGTERM');
    await shareFiles(alice, id, { 'form.pdf': pdf([{ width: 300, height: 200, text: 'form' }]) });
    await all.deployment.start('acme-transcoder');
    expect(await pagesOf('form.pdf')).toMatchObject([{ width: 1600, height: 1067 }]);
  });

  it('are files only again once the function is off: no machine gets the next key (R342)', async () => {
    const share = await onlooker?.share({ id: newId(), roomId: id, activityId: shareOf(NAME) });
    if (onlooker === undefined || share === undefined) throw new Error('nothing to look at');
    (await onlooker.contentKey(share)).key.destroy();
    await turn(false);
    // Whoever it meets first refuses: identity a token, the core its message, the key server the key.
    const code = expect.stringMatching(/^(?:identity|core|kms)\/function-off$/);
    const given = await keysAsked();
    await expect(onlooker.contentKey(share)).rejects.toMatchObject({ code, status: 403 });
    await shareFiles(alice, id, { 'off.docx': docx(['off']) });
    await until(ben.client, () => fileOf('off.docx') !== undefined, id);
    expect(await keysAsked()).toEqual(given);
    await turn(true);
    await shareFiles(alice, id, { 'on.docx': docx(['on']) });
    await pagesOf('on.docx');
    expect(fileOf('off.docx')?.pages).toBeUndefined();
  });

  it('were opened under their purpose by machines alone, says the key server’s audit (R097)', async () => {
    const machines = await machineLines();
    expect(machines.every(({ machineId, personId }) => typeof machineId === 'string' && personId === undefined)).toBe(
      true,
    );
    const keys = await keysAsked();
    // Three shares with a document while it was on, and the onlooker's one request then; work given back is asked for anew.
    expect(keys.length).toBeGreaterThanOrEqual(4);
    expect(keys).toMatchObject(Array(keys.length).fill({ outcome: 'allowed', keyIds: [expect.any(String)] }));
  });

  it('leave no word, name or picture with the core, the door or the transcoder (R420)', async () => {
    const [first] = await pagesOf(NAME);
    if (first === undefined) throw new Error('no page');
    const png = Buffer.from(await bytesOf(first.file));
    const document = docx([...WORDS, '\f', 'second page']);
    const canaries = new Canaries();
    for (const words of [...WORDS, NAME]) canaries.add('content', words, words);
    canaries.add('content', 'the document', document.subarray(40, 104));
    canaries.add('content', 'the page', png.subarray(400, 464));
    const { layout } = all.deployment;
    const pieces: Piece[] = [...(await databasePieces(all, 'core')), ...filePieces(layout.logs, canaries.overlap)];
    for (const server of ['core', 'door', 'acme-transcoder']) {
      pieces.push(...filePieces(layout.server(server), canaries.overlap));
    }
    expect(pieces.length).toBeGreaterThan(20);
    expect(canaries.find(['content'], pieces)).toEqual([]);
    // What is looked for would be found.
    expect(canaries.find(['content'], [{ where: 'here', bytes: Buffer.concat([document, png]) }])).toHaveLength(2);
  });
});
