import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '@cloister/logging';
import { CloisterError } from '@cloister/wire';
import { openTlsIdentity, type TlsIdentity, type TlsOwner, type TlsTexts } from './tls-identity.ts';

export type TlsFiles = {
  readonly certificate: string;
  /** Roots that are accepted beside those that ship with the release. */
  readonly roots?: string | undefined;
};

/** The list that ships (roots/README.md). */
const shippedRoots = join(import.meta.dirname, '../../../roots/accepted-roots.pem');

export type TlsCredentialsOptions = {
  readonly files: TlsFiles;
  readonly owner: TlsOwner;
  readonly log: Log;
  readonly now: () => Date;
};

/** The realm's certificate and accepted roots, read again for each new connection, so that a renewal needs no restart. */
export class TlsCredentials {
  readonly #options: TlsCredentialsOptions;
  #texts: TlsTexts;
  #identity: TlsIdentity;
  /** What could not be used, so that it is logged once. */
  #refused: TlsTexts | null = null;
  #reading: Promise<void> | null = null;
  #onNewRoots: () => void = () => {};

  private constructor(options: TlsCredentialsOptions, texts: TlsTexts, identity: TlsIdentity) {
    this.#options = options;
    this.#texts = texts;
    this.#identity = identity;
  }

  /** @throws CloisterError `config/unreadable`, `config/invalid` with what to do */
  static async open(options: TlsCredentialsOptions): Promise<TlsCredentials> {
    const texts = await readTexts(options.files);
    const identity = await openTlsIdentity(texts, options.owner, options.now().getTime());
    return new TlsCredentials(options, texts, identity);
  }

  /** Called when other roots are accepted: what the old ones vouched for must end. */
  onNewRoots(listener: () => void): void {
    this.#onNewRoots = listener;
  }

  /** Whether the roots that a connection began with are still the accepted ones. */
  stillAccepts({ rootsPem }: TlsIdentity): boolean {
    return rootsPem === this.#identity.rootsPem;
  }

  /** When the certificate runs out, in milliseconds since 1970. */
  get expiresAt(): number {
    return this.#identity.validTo;
  }

  /**
   * What a new connection uses. Files that cannot be used leave the ones before in force, and are logged.
   * @throws CloisterError `kms/no-federation` while the certificate is not valid
   */
  async current(): Promise<TlsIdentity> {
    await this.refresh();
    const { validFrom, validTo } = this.#identity;
    const now = this.#options.now().getTime();
    if (now >= validFrom && now <= validTo) return this.#identity;
    throw new CloisterError('kms/no-federation', {
      detail: "this realm's own certificate is not valid at this time; have it renewed",
    });
  }

  /** Reads the files again. */
  refresh(): Promise<void> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = null;
    });
    return this.#reading;
  }

  async #read(): Promise<void> {
    const { files, owner, log, now } = this.#options;
    try {
      const texts = await readTexts(files);
      if (isSame(texts, this.#texts) || (this.#refused !== null && isSame(texts, this.#refused))) return;
      this.#refused = texts;
      const identity = await openTlsIdentity(texts, owner, now().getTime());
      const hasNewRoots = texts.roots !== this.#texts.roots;
      [this.#texts, this.#identity, this.#refused] = [texts, identity, null];
      log.event('federation.certificate-renewed', {});
      if (hasNewRoots) this.#onNewRoots();
    } catch (error) {
      log.failure('federation.certificate-not-renewed', error);
    }
  }
}

const isSame = (one: TlsTexts, other: TlsTexts): boolean =>
  one.certificate === other.certificate && one.roots === other.roots;

const readTexts = async ({ certificate, roots }: TlsFiles): Promise<TlsTexts> => ({
  certificate: await readText('certificate', certificate),
  roots: [await readText('roots', shippedRoots), ...(roots === undefined ? [] : [await readText('roots', roots)])].join(
    '\n',
  ),
});

const readText = async (name: string, path: string): Promise<string> => {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    throw new CloisterError('config/unreadable', {
      detail: `cannot read federation.${name}, ${path} (${code}); write the PEM file there, or leave "federation" out`,
    });
  }
};
