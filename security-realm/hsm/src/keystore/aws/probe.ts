import { randomBytes } from 'node:crypto';
import { CloisterError } from '@cloister/wire';
import { keyDenied } from '../../protocol/denial.ts';
import { type EncryptionContext, faultOfState, type KeyLook, type KmsApi } from './kms-api.ts';

/** The fault of a key that Amazon describes like this, or null: enabled, symmetric, to encrypt and decrypt (R065). */
export const faultOfLook = ({ state, spec, usage }: KeyLook): CloisterError | null =>
  spec === 'SYMMETRIC_DEFAULT' && usage === 'ENCRYPT_DECRYPT' ? faultOfState(state) : keyDenied('wrong-kind');

/** Whether the key can be used, by its description alone. */
export const probeLightly = async (api: KmsApi): Promise<void> => {
  const fault = faultOfLook(await api.describe());
  if (fault !== null) throw fault;
};

/**
 * byok.md §2.1: DescribeKey, "Encrypt random 32 B with context -> Decrypt with explicit KeyId and same context -> compare ->
 * Decrypt with a changed context must fail" (R069, R070).
 */
export const probeFully = async (api: KmsApi, context: EncryptionContext): Promise<void> => {
  await probeLightly(api);
  const plaintext = randomBytes(32);
  const wrapped = await api.encrypt(plaintext, context);
  const back = await api.decrypt(wrapped, context).catch((error: unknown) => {
    throw isRefused(error) ? keyDenied('wrong-kind') : error;
  });
  if (!back.equals(plaintext) || (await decryptsAnyway(api, wrapped, context))) throw keyDenied('wrong-kind');
};

const decryptsAnyway = async (api: KmsApi, wrapped: Buffer, context: EncryptionContext): Promise<boolean> => {
  try {
    await api.decrypt(wrapped, { ...context, app: 'another' });
    return true;
  } catch (error) {
    if (isRefused(error)) return false;
    throw error;
  }
};

const isRefused = (error: unknown): boolean => error instanceof CloisterError && error.code === 'hsm/unwrap-failed';
