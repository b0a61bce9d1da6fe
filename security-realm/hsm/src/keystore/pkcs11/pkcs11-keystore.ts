import { CloisterError } from '@cloister/wire';
import type { HsmKey, KeyPurpose } from '../../protocol/answers.ts';
import type { KeyName } from '../../protocol/main-key.ts';
import type { RewrappedKek, StoredKek } from '../../protocol/rewrapping.ts';
import type { KeyDescription, Keystore } from '../keystore.ts';
import { type Rewrapping, rewrapKek } from '../rewrap-kek.ts';
import { importUpload } from './import-upload.ts';
import { MainKeys } from './main-keys.ts';
import { Module, type ModuleOptions } from './module.ts';
import { type Profile, selfTest } from './self-test.ts';
import { Serial } from './serial.ts';
import { Sessions } from './sessions.ts';
import { isLost, isTrouble, TokenFault } from './token-fault.ts';
import type { Handle, TokenSession } from './token-session.ts';
import { UploadKeys } from './upload-keys.ts';
import { checkUnder, decryptUnder, encryptUnder } from './use-key.ts';

const IV_BYTES = 12;
/** iv, 32 bytes, tag. */
const WRAPPED_BYTES = IV_BYTES + 32 + 16;

export type Pkcs11KeystoreOptions = ModuleOptions & {
  /** Copied; the caller zeroes its own. */
  readonly pin: Buffer;
  readonly uploadKeyBits?: 3072 | 4096 | undefined;
  readonly now: () => Date;
  readonly newId: () => string;
  readonly randomBytes: (size: number) => Buffer;
};

/** Keys that stay in a PKCS#11 token. What the token does with them was proven at the start (byok.md §1). */
export class Pkcs11Keystore implements Keystore {
  readonly kind = 'pkcs11';
  readonly protection: 'software' | 'token';
  readonly module: string;
  readonly #module: Module;
  readonly #sessions: Sessions;
  readonly #profile: Profile;
  readonly #keys: MainKeys;
  readonly #uploadKeys: UploadKeys;
  readonly #options: Pkcs11KeystoreOptions;
  readonly #changes = new Serial();

  private constructor(
    options: Pkcs11KeystoreOptions,
    { module, sessions, profile, keys }: { module: Module; sessions: Sessions; profile: Profile; keys: MainKeys },
  ) {
    this.#options = options;
    this.#module = module;
    this.#sessions = sessions;
    this.#profile = profile;
    this.#keys = keys;
    this.#uploadKeys = new UploadKeys(sessions, profile, { bits: options.uploadKeyBits ?? 4096, now: options.now });
    this.protection = module.protection;
    this.module = module.description;
  }

  /**
   * Throws `hsm/module-unusable`, with what is missing, when the token cannot do what main keys need, and
   * `hsm/keystore-locked` when it refuses the PIN.
   */
  static async open(options: Pkcs11KeystoreOptions): Promise<Pkcs11Keystore> {
    const module = await Module.open(options);
    const keys = new MainKeys();
    let sessions: Sessions | undefined;
    try {
      sessions = new Sessions(module, options.pin, () => keys.forget());
      const profile = await selfTest(sessions);
      return new Pkcs11Keystore(options, { module, sessions, profile, keys });
    } catch (cause) {
      await sessions?.close();
      module.close();
      throw cause;
    }
  }

  async ensureKey(organisationId: string, purpose: KeyPurpose, label: string): Promise<HsmKey> {
    const named = (session: TokenSession) =>
      this.#keys
        .all(session)
        .find((key) => key.organisationId === organisationId && key.purpose === purpose && key.label === label);
    return await this.#change(organisationId, (session) => {
      if (named(session) === undefined) {
        const name = { keyId: this.#options.newId(), organisationId };
        this.#keys.generate(session, name, { purpose, label, createdAt: this.#timestamp() });
      }
      const key = named(session);
      if (key === undefined) throw new CloisterError('hsm/internal');
      return asHsmKey(key, checkUnder(session, key.handle, organisationId));
    });
  }

  async publicKey(organisationId: string): Promise<string> {
    return await this.#changes.run(organisationId, () => told(this.#uploadKeys.publicKey(organisationId)));
  }

  async importKey(name: KeyName, wrapped: Buffer): Promise<HsmKey> {
    const imported = this.#changes.run(name.organisationId, () =>
      this.#sessions.use((session) => this.#import(session, name, wrapped)),
    );
    return await told(imported, 'hsm/import-failed');
  }

  async check(name: KeyName): Promise<Buffer> {
    return await this.#with(name, (session, key) => checkUnder(session, key, name.organisationId));
  }

  async wrap(name: KeyName, plaintext: Buffer, aad: Buffer): Promise<Buffer> {
    const iv = this.#options.randomBytes(IV_BYTES);
    return await this.#with(name, (session, key) => encryptUnder(session, key, { iv, plaintext, aad }));
  }

  async unwrap(name: KeyName, wrapped: Buffer, aad: Buffer): Promise<Buffer> {
    requireLength(wrapped);
    const plaintext = this.#sessions.use((session) => {
      const key = this.#keys.find(session, name);
      if (key === null) throw new CloisterError('hsm/unwrap-failed');
      return decryptUnder(session, key, wrapped, aad);
    });
    return await told(plaintext, 'hsm/unwrap-failed');
  }

  async rewrap(from: KeyName, to: KeyName, keks: readonly StoredKek[]): Promise<RewrappedKek[]> {
    const done: RewrappedKek[] = [];
    while (done.length < keks.length) {
      await told(this.#sessions.use((session) => this.#rewrapSome(session, { from, to, keks, done })));
    }
    return done;
  }

  async describe(name: KeyName): Promise<KeyDescription> {
    return await this.#with(name, (session, key) => this.#keys.describe(session, key));
  }

  async destroy(name: KeyName): Promise<void> {
    await this.#change(name.organisationId, (session) => {
      this.#key(session, name);
      this.#keys.destroy(session, name);
    });
  }

  /** Something that the token does itself; that it was logged in to is seen before. Whatever it answers, it is there. */
  async requireReady(): Promise<void> {
    try {
      await this.#sessions.use((session) => session.random(8));
    } catch (cause) {
      if (!(cause instanceof TokenFault) || isTrouble(cause)) throw new CloisterError('hsm/unavailable', { cause });
    }
  }

  async close(): Promise<void> {
    await this.#sessions.close();
    this.#module.close();
  }

  /** Until all are done or one was refused, with whom its session is lost. */
  async #rewrapSome(
    session: TokenSession,
    { from, to, keks, done }: { from: KeyName; to: KeyName; keks: readonly StoredKek[]; done: RewrappedKek[] },
  ): Promise<void> {
    const [old, next] = [this.#key(session, from), this.#key(session, to)];
    const first = done.length;
    const ivs = this.#options.randomBytes(IV_BYTES * (keks.length - first));
    const nextIv = () => ivs.subarray((done.length - first) * IV_BYTES, (done.length - first + 1) * IV_BYTES);
    const way: Rewrapping = {
      from: { keyId: from.keyId, open: ({ wrapped }, aad) => openUnder(session, old, wrapped, aad) },
      to: {
        keyId: to.keyId,
        wrap: (plaintext, _, aad) => encryptUnder(session, next, { iv: nextIv(), plaintext, aad }),
      },
    };
    for (const kek of keks.slice(first)) {
      done.push(await rewrapKek(way, kek));
      if (session.spoiled) return;
    }
  }

  #change<T>(organisationId: string, work: (session: TokenSession) => T): Promise<T> {
    return this.#changes.run(organisationId, () => told(this.#sessions.use(work)));
  }

  #with<T>(name: KeyName, work: (session: TokenSession, key: Handle) => T): Promise<T> {
    return told(this.#sessions.use((session) => work(session, this.#key(session, name))));
  }

  #key(session: TokenSession, name: KeyName): Handle {
    const key = this.#keys.find(session, name);
    if (key === null) throw new CloisterError('hsm/not-found');
    return key;
  }

  async #import(session: TokenSession, name: KeyName, wrapped: Buffer): Promise<HsmKey> {
    const upload = this.#uploadKeys.find(session, name.organisationId);
    const { importer } = this.#profile;
    const check =
      upload &&
      (await importUpload(session, { name, wrapped, upload, importer, keys: this.#keys, now: this.#options.now }));
    if (check === null) throw new CloisterError('hsm/import-failed');
    return asHsmKey(name, check);
  }

  #timestamp(): string {
    return this.#options.now().toISOString();
  }
}

const requireLength = (wrapped: Buffer): void => {
  if (wrapped.length !== WRAPPED_BYTES) throw new CloisterError('hsm/unwrap-failed');
};

/** The plaintext; a refusal that is the KEK's own fault, and not the token's, is `hsm/unwrap-failed`. */
const openUnder = (session: TokenSession, key: Handle, wrapped: Buffer, aad: Buffer): Buffer => {
  requireLength(wrapped);
  try {
    return decryptUnder(session, key, wrapped, aad);
  } catch (cause) {
    if (cause instanceof TokenFault && !isLost(cause) && !isTrouble(cause))
      throw new CloisterError('hsm/unwrap-failed');
    throw cause;
  }
};

const asHsmKey = ({ keyId }: { keyId: string }, check: Buffer): HsmKey => ({ keyId, check: check.toString('base64') });

/**
 * What a caller is told when the token refuses: the one error of what was asked, whatever the token's reason (threats row 7),
 * or that it may pass.
 */
const told = async <T>(result: Promise<T>, code?: 'hsm/import-failed' | 'hsm/unwrap-failed'): Promise<T> => {
  try {
    return await result;
  } catch (cause) {
    if (!(cause instanceof TokenFault)) throw cause;
    const passing = code === undefined || (code === 'hsm/unwrap-failed' && isTrouble(cause));
    throw passing ? new CloisterError('hsm/unavailable', { cause }) : new CloisterError(code);
  }
};
