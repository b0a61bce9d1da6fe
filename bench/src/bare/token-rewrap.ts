import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freshToken } from '@cloister/testkit';
import type * as Pkcs11js from 'pkcs11js';

export interface BareToken {
  /** So many KEKs from one key to the other, one after the other on one session, in this process. */
  rewrap(count: number): void;
  close(): void;
}

/** SoftHSM through `pkcs11js` and nothing else: a KEK is decrypted under one key of the token and encrypted under another. */
export async function bareTokenRewrap(): Promise<BareToken> {
  const p = ((await import('pkcs11js')) as unknown as { default: typeof Pkcs11js }).default;
  const folder = mkdtempSync(join(tmpdir(), 'cloister-bench-token-'));
  const { module, tokenLabel, environment, pin } = freshToken('SoftHSM', folder);
  Object.assign(process.env, environment);
  const api = new p.PKCS11();
  api.load(module);
  api.C_Initialize({ flags: p.CKF_OS_LOCKING_OK });
  const slot = api.C_GetSlotList(true).find((each) => api.C_GetTokenInfo(each).label.trim() === tokenLabel);
  if (slot === undefined) throw new Error('the token that was just made is not there');
  const session = api.C_OpenSession(slot, p.CKF_RW_SESSION | p.CKF_SERIAL_SESSION);
  api.C_Login(session, p.CKU_USER, String(pin));
  const newKey = () =>
    api.C_GenerateKey(session, { mechanism: p.CKM_AES_KEY_GEN }, [
      { type: p.CKA_TOKEN, value: true },
      { type: p.CKA_PRIVATE, value: true },
      { type: p.CKA_SENSITIVE, value: true },
      { type: p.CKA_EXTRACTABLE, value: false },
      { type: p.CKA_ENCRYPT, value: true },
      { type: p.CKA_DECRYPT, value: true },
      { type: p.CKA_VALUE_LEN, value: 32 },
    ]);
  const [from, to] = [newKey(), newKey()];
  const aad = randomBytes(200);
  const gcm = (iv: Buffer): Pkcs11js.Mechanism => {
    const parameter: Pkcs11js.AesGCM = { type: p.CK_PARAMS_AES_GCM_v240, iv, ivBits: 96, aad, tagBits: 128 };
    return { mechanism: p.CKM_AES_GCM, parameter };
  };
  const iv = randomBytes(12);
  api.C_EncryptInit(session, gcm(iv), from);
  const wrapped = Buffer.from(api.C_Encrypt(session, randomBytes(32), Buffer.alloc(48)));
  return {
    rewrap: (count) => {
      for (let done = 0; done < count; done++) {
        api.C_DecryptInit(session, gcm(iv), from);
        const kek = api.C_Decrypt(session, wrapped, Buffer.alloc(48));
        api.C_EncryptInit(session, gcm(randomBytes(12)), to);
        api.C_Encrypt(session, kek, Buffer.alloc(48));
      }
    },
    close: () => {
      api.C_Finalize();
      api.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
