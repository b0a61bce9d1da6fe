import { CloisterError, type ErrorCode, maxPagesOfShare } from '@cloister/wire';
import { describe, expect, it } from 'vitest';
import type { ConvertOptions } from '../convert.ts';
import { defaultLimits } from '../limits.ts';
import { scriptedMachine, sharedFiles } from '../testing/scripted-machine.ts';
import { transcodeShare } from './transcode-share.ts';

/** A document says how many pages it has, or what stands in the way of its pages. */
const document = (says: number | ErrorCode) => Buffer.from(String(says));

const convert = async (bytes: Uint8Array, { limits = defaultLimits }: ConvertOptions = {}) => {
  const says = Buffer.from(bytes).toString();
  if (says.includes('/')) throw new CloisterError(says as ErrorCode);
  const pages = Array.from({ length: Math.min(limits.pages, Number(says)) }, (_, index) => ({
    png: Buffer.from(`page ${index + 1}`),
    width: 3,
    height: 4,
  }));
  return { kind: 'docx' as const, pages, complete: true };
};

const transcode = (files: Parameters<typeof sharedFiles>[0], answers: Parameters<typeof scriptedMachine>[0]) => {
  const machine = scriptedMachine(answers);
  const share = sharedFiles(files);
  const { signal } = new AbortController();
  const finished = transcodeShare(share, { machine: machine.line, convert, limits: defaultLimits, signal });
  return { ...machine, share, finished };
};

describe('a share becomes pages', () => {
  it('gives each document its pages, by its place in the share, under one key asked for once (R340)', async () => {
    const run = transcode([{}, {}, {}], {
      'scr-0': document(2),
      'scr-1': document('transcoder/unsupported'),
      'scr-2': document(1),
    });
    const finished = await run.finished;
    if (finished.state !== 'done') throw new Error(finished.state);
    expect([...finished.pages].map(([index, pages]) => [index, pages.map(({ image }) => image)])).toEqual([
      [0, Array(2).fill({ width: 3, height: 4 })],
      [2, [{ width: 3, height: 4 }]],
    ]);
    expect(finished.share).toBe(run.share);
    expect(run.asked.filter((asked) => asked === 'key')).toHaveLength(1);
  });

  it('forgets its keys when it is done, and when it fails', async () => {
    const done = transcode([{}], { 'scr-0': document(1) });
    await done.finished;
    const failed = transcode([{}], { 'scr-0': 'client/offline' });
    await expect(failed.finished).rejects.toMatchObject({ code: 'client/offline' });
    expect([...done.keys, ...failed.keys]).toEqual([{ destroyed: true }, { destroyed: true }]);
  });

  it('fetches neither a key nor a file of what cannot be a document', async () => {
    const run = transcode(
      [{ mimeType: 'image/png' }, { mimeType: 'video/mp4' }, { size: defaultLimits.inputBytes + 1 }],
      {},
    );
    expect(await run.finished).toEqual({ state: 'nothing' });
    expect(run.asked).toEqual([]);
  });

  it.each<ErrorCode>(['transcoder/unsupported', 'transcoder/too-large'])(
    'has nothing to show of a file: %s',
    async (code) => {
      expect(await transcode([{}], { 'scr-0': document(code) }).finished).toEqual({ state: 'nothing' });
    },
  );

  it.each<ErrorCode>(['seal/open-failed', 'seal/malformed', 'core/not-found'])(
    'goes on with the next file when one is not what was sealed, or gone: %s',
    async (code) => {
      const run = transcode([{}, {}], { 'scr-0': code, 'scr-1': document(1) });
      expect(await run.finished).toMatchObject({ state: 'done' });
    },
  );

  it.each<ErrorCode>(['transcoder/failed', 'transcoder/timed-out'])('tries again later: %s', async (code) => {
    expect(await transcode([{}], { 'scr-0': document(code) }).finished).toEqual({ state: 'failed', code });
    // What the others show is not held back for it.
    const two = transcode([{}, {}], { 'scr-0': document(code), 'scr-1': document(1) });
    expect(await two.finished).toMatchObject({ state: 'done' });
  });

  it.each<ErrorCode>([
    'kms/function-off',
    'kms/not-authorized',
    'client/offline',
    'client/cancelled',
    'transcoder/sandbox-unavailable',
  ])('stops on what is no fault of a file: %s', async (code) => {
    const run = transcode([{}, {}], { 'scr-0': code, 'scr-1': document(1) });
    await expect(run.finished).rejects.toMatchObject({ code });
    expect(run.asked).not.toContain('download scr-1');
  });

  it('keeps to the pages a share may have', async () => {
    const files = Array.from({ length: 7 }, () => ({}));
    const answers = Object.fromEntries(files.map((_, index) => [`scr-${index}`, document(90)]));
    const finished = await transcode(files, answers).finished;
    if (finished.state !== 'done') throw new Error(finished.state);
    expect([...finished.pages.values()].map((pages) => pages.length)).toEqual([
      90,
      90,
      90,
      90,
      90,
      maxPagesOfShare - 450,
    ]);
  });
});
