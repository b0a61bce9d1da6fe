import { setTimeout as sleep } from 'node:timers/promises';
import { Metrics, openHealth } from '@cloister/health';
import { openRealmLog } from '@cloister/logging';
import { connector, keepWorking } from '@cloister/machine';
import { checkSandbox } from '@cloister/sandbox';
import { connectMachine, type MachineClient } from '@cloister/sdk';
import type { TranscoderConfig } from './config.ts';
import { convert } from './convert.ts';
import { defaultLimits as limits } from './limits.ts';
import { Reporter } from './service/reporter.ts';
import { Worker } from './service/worker.ts';

/** Half a minute less than the core's lease (docs/wires.md §10). */
const WORK_MS = 270_000;

/**
 * Takes work while the function is on and waits while it is off; the result stops it and gives back what it has begun.
 * @throws CloisterError when documents cannot be converted here, with what to do about it, or the configuration is not right.
 */
export async function runTranscoder(config: TranscoderConfig): Promise<() => Promise<void>> {
  const log = openRealmLog({ name: 'transcoder' });
  await checkSandbox(limits);
  const connect = connector(config, (session, { store }) =>
    connectMachine(session, { store, deviceName: 'Transcoder' }),
  );
  const metrics = new Metrics();
  const reporter = new Reporter(metrics, log);
  let machine: MachineClient | undefined;
  const turn = async (stop: AbortSignal) => {
    machine = await connect();
    const report = reporter.work.bind(reporter);
    const monotonicNow = () => performance.now();
    await new Worker({ machine, convert, limits, workMs: WORK_MS, log, monotonicNow, report }).turn(stop);
  };
  // With its function off it is as ready as can be.
  const health = await openHealth({ socket: config.health.socket, ready: () => ({ ok: true, reasons: [] }), metrics });
  const stopping = new AbortController();
  const told = reporter.turn.bind(reporter);
  const keep = () => keepWorking({ turn, stop: stopping.signal, pause, random: Math.random, told });
  const working = Promise.all(Array.from({ length: config.parallel ?? 2 }, keep));
  log.event('transcoder.ready');
  return async () => {
    stopping.abort();
    await working;
    await machine?.close();
    await health.close();
    log.event('transcoder.stopped');
  };
}

const pause = (ms: number, signal: AbortSignal): Promise<void> => sleep(ms, undefined, { signal }).catch(() => {});
