import type { Mechanism, PKCS11, Template } from 'pkcs11js';
import type { Module } from './module.ts';
import type { Pkcs11js } from './pkcs11js.ts';
import { TokenFault } from './token-fault.ts';

/** The state of a session whose process is logged in to the token. */
const CKS_RW_USER_FUNCTIONS = 3;

/** What is being read off the event loop. */
const inputs = new Set<{ readonly input: Buffer | null }>();

/** An object on the token, as long as the login lasts. */
export type Handle = Buffer;

/**
 * One session, leased to one user at a time: PKCS#11 allows one active operation a session. A refused call throws a
 * `TokenFault` and leaves the session spoiled, since what it left behind in the module is not known.
 */
export class TokenSession {
  readonly constants: Pkcs11js;
  readonly #api: PKCS11;
  readonly #handle: Buffer;
  #spoiled = false;

  private constructor({ constants, api }: Module, handle: Buffer) {
    this.constants = constants;
    this.#api = api;
    this.#handle = handle;
  }

  static open(module: Module, slot: Buffer): TokenSession {
    const { CKF_RW_SESSION, CKF_SERIAL_SESSION } = module.constants;
    try {
      return new TokenSession(module, module.api.C_OpenSession(slot, CKF_RW_SESSION | CKF_SERIAL_SESSION));
    } catch (cause) {
      throw new TokenFault(cause);
    }
  }

  get spoiled(): boolean {
    return this.#spoiled;
  }

  /** pkcs11js takes the PIN as a string, which nobody can zero: one more reason to let nothing look into this process. */
  login(pin: Buffer): void {
    this.#try(() => this.#api.C_Login(this.#handle, this.constants.CKU_USER, pin.toString('utf8')));
  }

  /** Whether the session is there, and its process logged in. */
  loggedIn(): boolean {
    try {
      return this.#api.C_GetSessionInfo(this.#handle).state === CKS_RW_USER_FUNCTIONS;
    } catch {
      return false;
    }
  }

  find(template: Template): Handle[] {
    return this.#try(() => {
      this.#api.C_FindObjectsInit(this.#handle, template);
      const found: Handle[] = [];
      for (let more: Handle[] = []; ; found.push(...more)) {
        more = this.#api.C_FindObjects(this.#handle, 100);
        if (more.length === 0) break;
      }
      this.#api.C_FindObjectsFinal(this.#handle);
      return found;
    });
  }

  /** The attributes' bytes, in the order of the types. */
  attributes(object: Handle, types: readonly number[]): Buffer[] {
    const wanted = types.map((type) => ({ type }));
    return this.#try(() => this.#api.C_GetAttributeValue(this.#handle, object, wanted)).map(({ value }) =>
      Buffer.from(value as Uint8Array),
    );
  }

  /** Whether the token gives the attribute away. A refusal here is an answer, and spoils nothing. */
  gives(object: Handle, type: number): boolean {
    try {
      const [attribute] = this.#api.C_GetAttributeValue(this.#handle, object, [{ type }]);
      return attribute !== undefined && (attribute.value as Uint8Array).length > 0;
    } catch {
      return false;
    }
  }

  encrypt(mechanism: Mechanism, key: Handle, plaintext: Buffer, space: number): Buffer {
    return this.#try(() => {
      this.#api.C_EncryptInit(this.#handle, mechanism, key);
      return this.#api.C_Encrypt(this.#handle, plaintext, Buffer.alloc(space));
    });
  }

  /** Decrypts into `space`, which the caller zeroes, and returns the part of it that was written. */
  decrypt(mechanism: Mechanism, key: Handle, ciphertext: Buffer, space: Buffer): Buffer {
    return this.#try(() => {
      this.#api.C_DecryptInit(this.#handle, mechanism, key);
      return this.#api.C_Decrypt(this.#handle, ciphertext, space);
    });
  }

  sign(mechanism: Mechanism, key: Handle, data: Buffer, length: number): Buffer {
    return this.#try(() => {
      this.#api.C_SignInit(this.#handle, mechanism, key);
      return this.#api.C_Sign(this.#handle, data, Buffer.alloc(length));
    });
  }

  random(length: number): Buffer {
    return this.#try(() => this.#api.C_GenerateRandom(this.#handle, Buffer.alloc(length)));
  }

  generateKey(mechanism: Mechanism, template: Template): Handle {
    return this.#try(() => this.#api.C_GenerateKey(this.#handle, mechanism, template));
  }

  create(template: Template): Handle {
    return this.#try(() => this.#api.C_CreateObject(this.#handle, template));
  }

  destroy(object: Handle): void {
    this.#try(() => this.#api.C_DestroyObject(this.#handle, object));
  }

  // RSA takes milliseconds to seconds: off the event loop.

  async decryptSlowly(mechanism: Mechanism, key: Handle, ciphertext: Buffer, space: Buffer): Promise<Buffer> {
    return await this.#tryLater(ciphertext, () => {
      this.#api.C_DecryptInit(this.#handle, mechanism, key);
      return this.#api.C_DecryptAsync(this.#handle, ciphertext, space);
    });
  }

  async unwrap(mechanism: Mechanism, key: Handle, wrapped: Buffer, template: Template): Promise<Handle> {
    return await this.#tryLater(wrapped, () =>
      this.#api.C_UnwrapKeyAsync(this.#handle, mechanism, key, wrapped, template),
    );
  }

  /** The private key; the public one is a session object, since the private key tells its modulus. */
  async generatePrivateKey(mechanism: Mechanism, publicKey: Template, privateKey: Template): Promise<Handle> {
    const pair = await this.#tryLater(null, () =>
      this.#api.C_GenerateKeyPairAsync(this.#handle, mechanism, publicKey, privateKey),
    );
    return pair.privateKey;
  }

  close(): void {
    try {
      this.#api.C_CloseSession(this.#handle);
    } catch {
      // It is gone already: that is what was wanted.
    }
  }

  #try<T>(call: () => T): T {
    try {
      return call();
    } catch (cause) {
      throw this.#fault(cause);
    }
  }

  async #tryLater<T>(input: Buffer | null, call: () => Promise<T>): Promise<T> {
    // pkcs11js lets another thread read the input and does not hold it: it might be collected meanwhile.
    const held = { input };
    inputs.add(held);
    try {
      return await call();
    } catch (cause) {
      throw this.#fault(cause);
    } finally {
      inputs.delete(held);
    }
  }

  #fault(cause: unknown): TokenFault {
    this.#spoiled = true;
    return new TokenFault(cause);
  }
}
