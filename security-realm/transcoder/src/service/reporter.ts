import type { Metrics } from '@cloister/health';
import type { Log } from '@cloister/logging';
import { isOff } from '@cloister/machine';
import { CloisterError } from '@cloister/wire';
import type { WorkReport } from './worker.ts';

/** Tells the operator how it goes, in the log and in figures: codes, counts and durations. */
export class Reporter {
  readonly #log: Log;
  readonly #work;
  readonly #pages;
  readonly #seconds;
  readonly #able;
  #fault: string | null = null;

  constructor(metrics: Metrics, log: Log) {
    this.#log = log;
    this.#work = metrics.counter('cloister_transcoder_work_total', 'Pieces of work by outcome.');
    this.#pages = metrics.counter('cloister_transcoder_pages_total', 'Page images made.');
    this.#seconds = metrics.histogram(
      'cloister_transcoder_work_seconds',
      'How long a piece of work took.',
      [0.5, 1, 2.5, 5, 10, 30, 60, 150, 300],
    );
    this.#able = metrics.gauge(
      'cloister_transcoder_able',
      '1 while work can be taken, 0 while the function is off or a server away.',
    );
  }

  work({ outcome, pageCount, tookMs }: WorkReport): void {
    this.#work.add(1, { outcome });
    this.#pages.add(pageCount);
    this.#seconds.observe(tookMs / 1000);
    this.#log.event('transcoder.work', { code: outcome, pageCount, tookMs });
  }

  /** How a turn went; the log hears of changes only. */
  turn(fault: unknown): void {
    const code = fault === null ? null : fault instanceof CloisterError ? fault.code : 'unknown';
    this.#able.set(fault === null ? 1 : 0);
    if (code === this.#fault) return;
    this.#fault = code;
    if (fault === null) this.#log.event('transcoder.able');
    else if (isOff(fault)) this.#log.event('transcoder.function-off');
    else if (fault instanceof CloisterError) this.#log.event('transcoder.unable', { code: fault.code }, 'warn');
    else this.#log.failure('transcoder.broken', fault);
  }
}
