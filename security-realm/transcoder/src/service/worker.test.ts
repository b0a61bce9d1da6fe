import { openRealmLog } from '@cloister/logging';
import type { Finished, MachineClient, Share } from '@cloister/sdk';
import { CloisterError } from '@cloister/wire';
import { expect, it } from 'vitest';
import type { ConvertOptions } from '../convert.ts';
import { defaultLimits } from '../limits.ts';
import { scriptedMachine, sharedFiles, work } from '../testing/scripted-machine.ts';
import { Worker, type WorkReport } from './worker.ts';

const taken = work();
const onePage = async () => ({
  kind: 'pdf' as const,
  pages: [{ png: Buffer.from('page'), width: 1, height: 1 }],
  complete: true,
});

interface Script {
  readonly keysRevoked?: boolean;
  readonly share?: () => Promise<Share | undefined>;
  readonly finish?: () => Promise<void>;
  readonly convert?: (bytes: Uint8Array, options?: ConvertOptions) => ReturnType<typeof onePage>;
  readonly workMs?: number;
  readonly stop?: AbortSignal;
}

/** One turn: what was given back, and what was reported. */
async function turn({
  keysRevoked = false,
  share,
  finish,
  convert = onePage,
  workMs = 60_000,
  stop = new AbortController().signal,
}: Script) {
  const given: Finished[] = [];
  let taking = 0;
  const reports: WorkReport[] = [];
  const machine: MachineClient = {
    ...scriptedMachine({ 'scr-0': Buffer.from('document') }).line,
    keysRevoked: async () => keysRevoked,
    takeWork: async () => {
      taking += 1;
      return [taken];
    },
    share: share ?? (async () => sharedFiles([{}])),
    finish: async (_, finished) => {
      given.push(finished);
      await finish?.();
    },
    close: async () => {},
  };
  const lines: string[] = [];
  const worker = new Worker({
    machine,
    convert,
    limits: defaultLimits,
    workMs,
    log: openRealmLog({ name: 'test', destination: { write: (line) => void lines.push(line) } }),
    monotonicNow: () => 0,
    report: (report) => reports.push(report),
  });
  const fault = await worker.turn(stop).catch((error: unknown) => error);
  return { given, reports, lines, taking, fault };
}

/** A conversion that only its signal ends. */
const endless = (_: Uint8Array, { signal }: ConvertOptions = {}) =>
  new Promise<never>((_resolve, reject) =>
    signal?.addEventListener('abort', () => reject(new CloisterError('client/cancelled'))),
  );

it('gives pages back and says how many', async () => {
  const { given, reports } = await turn({});
  expect(given).toMatchObject([{ state: 'done' }]);
  expect(reports).toEqual([{ outcome: 'done', pageCount: 1, tookMs: 0 }]);
});

it('finds nothing to do for a share that was deleted meanwhile', async () => {
  const { given, reports } = await turn({ share: async () => undefined });
  expect(given).toEqual([{ state: 'nothing' }]);
  expect(reports).toEqual([{ outcome: 'nothing', pageCount: 0, tookMs: 0 }]);
});

it('gives work back with the code of what was in the way', async () => {
  const share = async () => {
    throw new CloisterError('kms/not-authorized');
  };
  expect((await turn({ share })).given).toEqual([{ state: 'failed', code: 'kms/not-authorized' }]);
});

it('takes no work while the organisation’s main key is off (R045)', async () => {
  const { taking, given, fault } = await turn({ keysRevoked: true });
  expect([taking, given]).toEqual([0, []]);
  expect(fault).toMatchObject({ code: 'kms/revoked' });
});

it('gives work back, and says why, when the main key is switched off over it (R045)', async () => {
  const convert = async () => {
    throw new CloisterError('kms/revoked');
  };
  expect((await turn({ convert })).given).toEqual([{ state: 'failed', code: 'kms/revoked' }]);
});

it('gives work back in time for its lease', async () => {
  expect((await turn({ convert: endless, workMs: 5 })).given).toEqual([
    { state: 'failed', code: 'transcoder/timed-out' },
  ]);
});

it('gives work back when it is told to stop', async () => {
  const stop = AbortSignal.timeout(5);
  expect((await turn({ convert: endless, stop })).given).toEqual([{ state: 'failed', code: 'client/cancelled' }]);
});

it('survives that somebody else has the work by now', async () => {
  const finish = async () => {
    throw new CloisterError('core/lease-lost');
  };
  expect((await turn({ finish })).reports).toEqual([{ outcome: 'core/lease-lost', pageCount: 1, tookMs: 0 }]);
});

it('names the place of a fault of its own, and nothing of its message', async () => {
  const convert = async () => {
    throw new RangeError('words of the document');
  };
  const { given, lines } = await turn({ convert });
  expect(given).toEqual([{ state: 'failed', code: 'platform/internal' }]);
  expect(lines.join()).toContain('worker.test.ts');
  expect(lines.join()).not.toContain('words');
});
