import type { FreshToken } from '@cloister/testkit';
import type { PKCS11, Template } from 'pkcs11js';
import { loadPkcs11js, type Pkcs11js } from '../pkcs11js.ts';

/**
 * Somebody who got into the hsm's process: the same library, which is the process's, and so the same login. What it tries
 * is what a caller of the socket has no request for.
 */
export class Attacker {
  readonly p: Pkcs11js;
  readonly api: PKCS11;
  readonly session: Buffer;

  private constructor(p: Pkcs11js, api: PKCS11, session: Buffer) {
    this.p = p;
    this.api = api;
    this.session = session;
  }

  static async enter({ module, tokenLabel }: FreshToken): Promise<Attacker> {
    const p = await loadPkcs11js();
    const api = new p.PKCS11();
    api.load(module);
    const slot = api.C_GetSlotList(true).find((each) => api.C_GetTokenInfo(each).label.trim() === tokenLabel);
    if (slot === undefined) throw new Error('no token');
    return new Attacker(p, api, api.C_OpenSession(slot, p.CKF_RW_SESSION | p.CKF_SERIAL_SESSION));
  }

  /** For the whole process; a token that another call logged out already says so, which is no matter here. */
  logOut(): void {
    const CKS_RW_USER_FUNCTIONS = 3;
    if (this.api.C_GetSessionInfo(this.session).state === CKS_RW_USER_FUNCTIONS) this.api.C_Logout(this.session);
  }

  /** Every object of a class that is kept on the token. */
  kept(kind: number): Buffer[] {
    const { p, api, session } = this;
    api.C_FindObjectsInit(session, [
      { type: p.CKA_CLASS, value: kind },
      { type: p.CKA_TOKEN, value: true },
    ]);
    const found = api.C_FindObjects(session, 1000);
    api.C_FindObjectsFinal(session);
    return found;
  }

  read(object: Buffer, type: number): Buffer {
    return Buffer.from(this.api.C_GetAttributeValue(this.session, object, [{ type }])[0]?.value ?? []);
  }

  /** A key whose value the attacker knows, to carry others out under. */
  ownKey(value: Buffer): Buffer {
    return this.#create(value, [
      { type: this.p.CKA_TOKEN, value: false },
      { type: this.p.CKA_WRAP, value: true },
    ]);
  }

  /** A key that is kept on the token, and that anybody may read. */
  keptKey(value: Buffer, more: Template): Buffer {
    return this.#create(value, [{ type: this.p.CKA_TOKEN, value: true }, ...more]);
  }

  /** The target under the attacker's key, by AES key wrap (RFC 3394). */
  carryOut(own: Buffer, target: Buffer): Buffer {
    const CKM_AES_KEY_WRAP = 0x2109;
    return this.api.C_WrapKey(this.session, { mechanism: CKM_AES_KEY_WRAP }, own, target, Buffer.alloc(64));
  }

  #create(value: Buffer, more: Template): Buffer {
    const { p } = this;
    return this.api.C_CreateObject(this.session, [
      { type: p.CKA_CLASS, value: p.CKO_SECRET_KEY },
      { type: p.CKA_KEY_TYPE, value: p.CKK_AES },
      { type: p.CKA_SENSITIVE, value: false },
      { type: p.CKA_EXTRACTABLE, value: true },
      { type: p.CKA_ENCRYPT, value: true },
      { type: p.CKA_DECRYPT, value: true },
      { type: p.CKA_SIGN, value: true },
      { type: p.CKA_VALUE, value },
      ...more,
    ]);
  }
}
