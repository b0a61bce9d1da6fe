import type { ContentKey, Finished, MachineClient, SealedFile, Share } from '@cloister/sdk';
import { CloisterError, type KeyUri, maxPagesOfFile, maxPagesOfShare, type TranscodedPage } from '@cloister/wire';
import type { convert } from '../convert.ts';
import type { Limits } from '../limits.ts';

export interface TranscodeShareOptions {
  readonly machine: Pick<MachineClient, 'contentKey' | 'download' | 'upload'>;
  readonly convert: typeof convert;
  readonly limits: Limits;
  readonly signal: AbortSignal;
}

/**
 * The pages of a share's documents, sealed and uploaded. A file that is no document, is damaged or is not what was
 * sealed has no pages and keeps no other file from having them; one that could not be drawn now may be later.
 * The keys live for this one share.
 * @throws CloisterError for a fault that is none of a file's: a refused key, a lost connection, the signal.
 */
export async function transcodeShare(share: Share, options: TranscodeShareOptions): Promise<Finished> {
  const keys = new ShareKeys(share, options.machine);
  const pages = new Map<number, readonly TranscodedPage[]>();
  let left = maxPagesOfShare;
  let again: CloisterError | undefined;
  try {
    for (const [index, file] of share.files.entries()) {
      if (left === 0 || !mayBeDocument(file, options.limits)) continue;
      try {
        const found = await transcodeFile(share, file, keys, { ...options, limits: within(options.limits, left) });
        pages.set(index, found);
        left -= found.length;
      } catch (error) {
        if (!isFaultOfFile(error)) throw error;
        if (retried.has(error.code)) again = error;
      }
    }
  } finally {
    keys.destroy();
  }
  if (pages.size > 0) return { state: 'done', share, pages };
  return again === undefined ? { state: 'nothing' } : { state: 'failed', code: again.code };
}

async function transcodeFile(
  share: Share,
  file: SealedFile,
  keys: ShareKeys,
  { machine, convert, limits, signal }: TranscodeShareOptions,
): Promise<readonly TranscodedPage[]> {
  const document = await machine.download(await keys.of(file.scr.keyUri ?? share.keyUri), file, { signal });
  const { pages } = await convert(document, { limits, signal }).finally(() => document.fill(0));
  const uploaded: TranscodedPage[] = [];
  for (const page of pages) uploaded.push(await machine.upload(share, await keys.of(share.keyUri), page, { signal }));
  return uploaded;
}

/** Each key asked for once a share, and destroyed with it. */
class ShareKeys {
  readonly #share: Share;
  readonly #machine: Pick<MachineClient, 'contentKey'>;
  readonly #keys = new Map<KeyUri, ContentKey>();

  constructor(share: Share, machine: Pick<MachineClient, 'contentKey'>) {
    this.#share = share;
    this.#machine = machine;
  }

  async of(uri: KeyUri): Promise<ContentKey> {
    const key = this.#keys.get(uri) ?? (await this.#machine.contentKey(this.#share, uri));
    this.#keys.set(uri, key);
    return key;
  }

  destroy(): void {
    for (const { key } of this.#keys.values()) key.destroy();
    this.#keys.clear();
  }
}

/** What its sender calls a picture, film or sound is not even fetched; of the others their content decides. */
const mayBeDocument = ({ mimeType, size }: SealedFile, { inputBytes }: Limits) =>
  size <= inputBytes && !/^(?:audio|image|video)\//.test(mimeType);

const within = (limits: Limits, left: number): Limits => ({
  ...limits,
  pages: Math.min(limits.pages, maxPagesOfFile, left),
});

/** A second try may find the machine less busy. */
const retried: ReadonlySet<string> = new Set(['transcoder/failed', 'transcoder/timed-out']);
const final: ReadonlySet<string> = new Set(['transcoder/unsupported', 'transcoder/too-large', 'core/not-found']);

const isFaultOfFile = (error: unknown): error is CloisterError =>
  error instanceof CloisterError &&
  (retried.has(error.code) || final.has(error.code) || error.code.startsWith('seal/'));
