import type { Log } from '@cloister/logging';
import type { Finished, MachineClient } from '@cloister/sdk';
import { CloisterError, type Work } from '@cloister/wire';
import type { convert } from '../convert.ts';
import type { Limits } from '../limits.ts';
import { transcodeShare } from './transcode-share.ts';

/** How a piece of work went: `done`, `nothing`, or the code of what was in the way. */
export interface WorkReport {
  readonly outcome: string;
  readonly pageCount: number;
  readonly tookMs: number;
}

export interface WorkerOptions {
  readonly machine: MachineClient;
  readonly convert: typeof convert;
  readonly limits: Limits;
  /** How long one piece of work may take. Less than the core's lease, so that the answer comes in time. */
  readonly workMs: number;
  readonly log: Log;
  /** Milliseconds of a clock that only moves forward. */
  readonly monotonicNow: () => number;
  readonly report: (report: WorkReport) => void;
}

/** Takes one piece of work at a time and gives it back, whatever became of it. */
export class Worker {
  readonly #options: WorkerOptions;

  constructor(options: WorkerOptions) {
    this.#options = options;
  }

  /**
   * Waits a while for work and does it. Rejects when none can be taken or done, as while the organisation's main key is
   * off; faults of the work itself are its result.
   */
  async turn(stop: AbortSignal): Promise<void> {
    const { machine, monotonicNow, report } = this.#options;
    if (await machine.keysRevoked({ signal: stop })) throw new CloisterError('kms/revoked');
    for (const work of await machine.takeWork({ limit: 1, signal: stop })) {
      const begun = monotonicNow();
      const finished = await this.#transcode(work, stop);
      const outcome = await this.#giveBack(work, finished);
      report({ outcome, pageCount: countPages(finished), tookMs: monotonicNow() - begun });
    }
  }

  async #transcode(work: Work, stop: AbortSignal): Promise<Finished> {
    const { machine, workMs } = this.#options;
    const time = AbortSignal.timeout(workMs);
    try {
      const share = await machine.share(work);
      if (share === undefined) return { state: 'nothing' };
      return await transcodeShare(share, { ...this.#options, signal: AbortSignal.any([stop, time]) });
    } catch (error) {
      const late = time.aborted && !stop.aborted;
      return { state: 'failed', code: late ? 'transcoder/timed-out' : this.#codeOf(error) };
    }
  }

  /** What the core does not take back now it gives out again when the lease ends. */
  async #giveBack(work: Work, finished: Finished): Promise<string> {
    try {
      await this.#options.machine.finish(work, finished);
      return finished.state === 'failed' ? finished.code : finished.state;
    } catch (error) {
      return this.#codeOf(error);
    }
  }

  /** A fault that is none of ours is one in this program, and told with its place. */
  #codeOf(error: unknown): string {
    if (error instanceof CloisterError) return error.code;
    this.#options.log.failure('transcoder.work-broke', error);
    return 'platform/internal';
  }
}

const countPages = (finished: Finished): number =>
  finished.state === 'done' ? [...finished.pages.values()].flat().length : 0;
