import { CloisterError } from '@cloister/wire';
import type { PKCS11 } from 'pkcs11js';
import type { Pkcs11Config } from '../../config.ts';
import { loadPkcs11js, type Pkcs11js } from './pkcs11js.ts';
import { protectionOf } from './protection.ts';
import { isInitializedAlready, TokenFault } from './token-fault.ts';

/** The shared library, the token in it, and what the library takes as settings of its own. */
export type ModuleOptions = Omit<Pkcs11Config, 'kind'>;

/** A loaded PKCS#11 library and the token in it. A library is the process's own: there is one a process. */
export class Module {
  readonly constants: Pkcs11js;
  readonly api: PKCS11;
  readonly description: string;
  readonly protection: 'software' | 'token';
  readonly #tokenLabel: string;
  readonly #owner: boolean;

  private constructor(constants: Pkcs11js, api: PKCS11, tokenLabel: string, owner: boolean) {
    this.constants = constants;
    this.api = api;
    this.#tokenLabel = tokenLabel;
    this.#owner = owner;
    const { manufacturerID, libraryDescription, libraryVersion } = api.C_GetInfo();
    const version = `${libraryVersion.major}.${libraryVersion.minor}`;
    this.description = `${manufacturerID.trim()}, ${libraryDescription.trim()} ${version}`;
    this.protection = protectionOf(this.description, api.C_GetTokenInfo(this.slot()).model);
  }

  /** Throws `hsm/module-unusable`, with what is missing, when the library or the token is not there. */
  static async open(options: ModuleOptions): Promise<Module> {
    const constants = await loadPkcs11js();
    for (const [name, value] of Object.entries(options.environment ?? {})) {
      if (value !== undefined) process.env[name] = value;
    }
    const api = new constants.PKCS11();
    try {
      api.load(options.module);
    } catch (cause) {
      throw unusable(`the library ${options.module} does not load`, cause);
    }
    const owner = initialize(constants, api, options.libraryParameters);
    try {
      return new Module(constants, api, options.tokenLabel, owner);
    } catch (cause) {
      if (owner) api.C_Finalize();
      throw cause instanceof CloisterError ? cause : unusable('the library does not describe its token', cause);
    }
  }

  /** The slot that holds the token now: a token that was taken out may come back in another one. */
  slot(): Buffer {
    const slot = this.api
      .C_GetSlotList(true)
      .find((candidate) => this.api.C_GetTokenInfo(candidate).label.trim() === this.#tokenLabel);
    if (slot === undefined) throw unusable(`there is no token labelled "${this.#tokenLabel}"`);
    return slot;
  }

  close(): void {
    // Of all in this process that may use the library one ends it: who began it.
    if (this.#owner) this.api.C_Finalize();
    this.api.close();
  }
}

/** Whether this call initialized the library, and so is to finalize it. */
const initialize = (constants: Pkcs11js, api: PKCS11, libraryParameters: string | undefined): boolean => {
  try {
    api.C_Initialize({
      flags: constants.CKF_OS_LOCKING_OK,
      // pkcs11js takes the last character off.
      ...(libraryParameters === undefined ? {} : { libraryParameters: `${libraryParameters} ` }),
    });
    return true;
  } catch (cause) {
    if (isInitializedAlready(new TokenFault(cause))) return false;
    throw unusable('the library does not initialize; see its configuration', cause);
  }
};

const unusable = (detail: string, cause?: unknown): CloisterError =>
  new CloisterError('hsm/module-unusable', { detail, cause });
