import type { SealedFile } from '@cloister/sdk';
import { CloisterError, type RoomId } from '@cloister/wire';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Extracted } from '../extract/extracted.ts';
import { author, ScriptedCore, sealed } from '../testing/scripted-core.ts';
import { FileTexts } from './file-texts.ts';
import type { OpenOptions } from './open-document.ts';

const fileOf = (mimeType: string, size = 3): SealedFile => ({ name: undefined, scr: sealed('text'), mimeType, size });
let told: string[];
let broke: unknown[];
let lacking: RoomId[];
/** Bytes as they were handed to the reader, which are wiped afterwards. */
let read: Uint8Array[];
let options: OpenOptions;

const texts = (extract: () => Promise<Extracted>) => {
  const core = new ScriptedCore();
  const files = new FileTexts({
    client: core.client(),
    extract: (bytes) => {
      read.push(bytes);
      return extract();
    },
    told: (outcome) => told.push(outcome),
    lacks: async (roomId) => void lacking.push(roomId),
    broke: (fault) => broke.push(fault),
  });
  const roomId = core.add();
  const resourceUri = core.rooms.get(roomId)?.resourceUri;
  if (resourceUri === undefined) throw new Error(`no room of ${author}`);
  const signal = new AbortController().signal;
  options = { client: core.client(), files, room: { roomId, resourceUri }, signal, passedOver: () => {} };
  return files;
};
const inside = (file: SealedFile, extract: () => Promise<Extracted>) => texts(extract).of(file, 'a name', options);

beforeEach(() => {
  told = [];
  broke = [];
  lacking = [];
  read = [];
});

describe('the text inside a file', () => {
  it('is read, capped or not, and its bytes are wiped', async () => {
    expect(await inside(fileOf('text/plain'), async () => ({ text: 'all', complete: true }))).toBe('all');
    expect(await inside(fileOf('text/plain'), async () => ({ text: 'some', complete: false }))).toBe('some');
    expect(told).toEqual(['read', 'capped']);
    expect(read.every((bytes) => bytes.every((byte) => byte === 0))).toBe(true);
  });

  it('is not even fetched of what its sender calls a picture, or of one that is too large', async () => {
    const never = () => expect.unreachable();
    for (const type of ['image/png', 'VIDEO/mp4', ' audio/ogg'])
      expect(await inside(fileOf(type), never)).toBeUndefined();
    expect(await inside(fileOf('text/plain', 50 * 1024 * 1024 + 1), never)).toBeUndefined();
    expect([told, read]).toEqual([['too-large'], []]);
  });

  it('is written down as lacking where the programs that read it are missing', async () => {
    expect(await inside(fileOf('application/pdf'), async () => ({ unread: 'no-sandbox' }))).toBeUndefined();
    expect([told, lacking]).toEqual([['no-sandbox'], [options.room.roomId]]);
  });

  it('is not there where it cannot be read, for whatever reason, and keeps nobody waiting', async () => {
    expect(await inside(fileOf('application/pdf'), async () => ({ unread: 'password' }))).toBeUndefined();
    expect(lacking).toEqual([]);
    const fault = new RangeError('a fault of ours');
    expect(await inside(fileOf('application/pdf'), () => Promise.reject(fault))).toBeUndefined();
    expect([told, broke]).toEqual([['password', 'failed'], [fault]]);
  });

  it('is asked for again when the work was only cut short', async () => {
    const cut = new CloisterError('client/cancelled');
    await expect(inside(fileOf('application/pdf'), () => Promise.reject(cut))).rejects.toBe(cut);
  });
});
