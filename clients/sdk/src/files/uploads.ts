import { CloisterError, type RoomId } from '@cloister/wire';
import type { FileSource, TransferOptions } from '../api/client.ts';
import type { MessageText } from '../api/timeline-entry.ts';
import { limited } from '../async/limited.ts';
import type { HttpClient } from '../http/http-client.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { Uploading } from '../outbox/outbox-entry.ts';
import { sendFailureOf } from '../outbox/send-failure.ts';
import type { Platform } from '../platform.ts';
import type { RoomBook } from '../rooms/room-book.ts';
import { mimeTypeOf, uploadFile } from './upload-file.ts';

export interface UploadsOptions {
  readonly http: HttpClient;
  readonly platform: Platform;
  readonly book: RoomBook;
  readonly outbox: Outbox;
  readonly changed: (roomId: RoomId) => void;
}

interface Job {
  view: Uploading;
  readonly sources: readonly FileSource[];
  readonly options: TransferOptions;
  abort: AbortController;
}

/** Files on their way to the core. Shown from the first byte; in the outbox from the last. */
export class Uploads {
  readonly #options: UploadsOptions;
  readonly #jobs = new Map<string, Job>();
  /** A file of 100 MiB is held in memory while it is sealed: a few at a time. */
  readonly #slots = limited(2);

  constructor(options: UploadsOptions) {
    this.#options = options;
  }

  of(roomId: RoomId): readonly Uploading[] {
    return [...this.#jobs.values()].map(({ view }) => view).filter((view) => view.roomId === roomId);
  }

  has(key: string): boolean {
    return this.#jobs.has(key);
  }

  /** Resolves to the entry key when everything is uploaded and the share is in the outbox. */
  async start(
    roomId: RoomId,
    sources: readonly FileSource[],
    options: TransferOptions & { readonly message?: MessageText },
  ): Promise<string> {
    if (sources.length === 0 || sources.length > 50) {
      throw new CloisterError('client/invalid-request', { detail: 'share one to fifty files at a time' });
    }
    const { platform } = this.#options;
    const key = platform.randomUuid();
    const files = sources.map((source) => ({
      name: source.name,
      mimeType: mimeTypeOf(source),
      size: source.blob.size,
    }));
    const total = files.reduce((sum, { size }) => sum + size, 0);
    const view: Uploading = {
      key,
      roomId,
      at: new Date(platform.now()).toISOString(),
      files,
      progress: { done: 0, total },
      ...(options.message === undefined ? {} : { message: options.message }),
    };
    const job: Job = { view, sources, options, abort: new AbortController() };
    this.#jobs.set(key, job);
    this.#options.changed(roomId);
    await this.#run(job);
    return key;
  }

  /** Uploads again what failed. */
  retry(key: string): void {
    const job = this.#jobs.get(key);
    if (job?.view.failure === undefined) return;
    const { failure: _failure, ...view } = job.view;
    job.view = { ...view, progress: { ...view.progress, done: 0 } };
    job.abort = new AbortController();
    this.#options.changed(view.roomId);
    void this.#run(job).catch(() => {});
  }

  discard(key: string): void {
    const job = this.#jobs.get(key);
    if (job === undefined) return;
    job.abort.abort();
    this.#jobs.delete(key);
    this.#options.changed(job.view.roomId);
  }

  close(): void {
    for (const { abort } of this.#jobs.values()) abort.abort();
  }

  async #run(job: Job): Promise<void> {
    const { key, roomId, at, message } = job.view;
    try {
      const uploaded = [];
      let before = 0;
      for (const source of job.sources) {
        const base = before;
        uploaded.push(await this.#slots(() => this.#upload(job, source, base)));
        before += source.blob.size;
      }
      this.#jobs.delete(key);
      const body = { kind: 'files', files: uploaded, ...(message === undefined ? {} : { message }) } as const;
      await this.#options.outbox.add(roomId, key, body, at);
    } catch (cause) {
      if (job.options.signal?.aborted) this.discard(key);
      else if (this.#jobs.has(key)) job.view = { ...job.view, failure: sendFailureOf(cause) };
      this.#options.changed(roomId);
      throw cause;
    }
  }

  async #upload(job: Job, source: FileSource, before: number) {
    const { http, platform, book } = this.#options;
    const { total } = job.view.progress;
    const signals = [job.abort.signal, ...(job.options.signal === undefined ? [] : [job.options.signal])];
    const { url: roomUrl } = await book.need(job.view.roomId);
    return uploadFile({ http, platform, roomUrl }, source, {
      signal: AbortSignal.any(signals),
      onProgress: ({ done }) => {
        job.view = { ...job.view, progress: { done: before + done, total } };
        job.options.onProgress?.(job.view.progress);
        this.#options.changed(job.view.roomId);
      },
    });
  }
}
