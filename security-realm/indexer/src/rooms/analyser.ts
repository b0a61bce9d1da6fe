import { Worker } from 'node:worker_threads';
import { type Analysis, analyse, type SearchDocument } from '@cloister/search-terms';
import { CloisterError } from '@cloister/wire';

/** In UTF-16 units, all texts together: at worst about 60 ms of work, where a file's text may take seconds. */
const mostHere = 16_384;

/**
 * Analyses documents: short ones at once, long ones one after the other in a thread of their own, so that nobody's query waits for
 * somebody's file.
 */
export class Analyser {
  #thread: Worker | undefined;
  #last: Promise<unknown> = Promise.resolve();

  /** @throws whatever analysis throws; the next document has a new thread then */
  async analyse(document: SearchDocument): Promise<Analysis> {
    if (document.texts.reduce((sum, { text }) => sum + text.length, 0) <= mostHere) return analyse(document);
    const turn = this.#last.then(() => this.#aside(document));
    this.#last = turn.catch(() => {});
    return turn;
  }

  /** Ends the thread, and what it held with it. */
  async close(): Promise<void> {
    await this.#thread?.terminate();
  }

  #aside(document: SearchDocument): Promise<Analysis> {
    const thread = this.#begun();
    const { promise, resolve, reject } = Promise.withResolvers<Analysis>();
    const ended = () => reject(new CloisterError('platform/internal', { detail: 'the analysis was ended' }));
    thread.once('message', resolve).once('error', reject).once('exit', ended);
    thread.postMessage(document);
    return promise.finally(() => thread.off('message', resolve).off('error', reject).off('exit', ended));
  }

  #begun(): Worker {
    if (this.#thread !== undefined) return this.#thread;
    const thread = new Worker(new URL('./analyse-aside.ts', import.meta.url));
    const ended = () => {
      if (this.#thread === thread) this.#thread = undefined;
    };
    thread.once('error', ended).once('exit', ended);
    // A thread without work keeps no process from ending.
    thread.unref();
    this.#thread = thread;
    return thread;
  }
}
