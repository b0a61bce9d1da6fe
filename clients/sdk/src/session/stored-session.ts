import { isRecord, numberOf, textOf } from '../json.ts';
import type { Store } from '../store/store.ts';
import type { Grant } from './token-endpoint.ts';

const key = 'tokens';

/** The full token and its refresh token as the store keeps them. */
export const readStoredGrant = async (store: Store): Promise<Grant | undefined> => {
  const value = await store.read('session', key);
  const accessToken = textOf(value, 'accessToken');
  const expiresAt = numberOf(value, 'expiresAt');
  const refreshToken = textOf(value, 'refreshToken');
  if (!isRecord(value) || accessToken === undefined || expiresAt === undefined) return undefined;
  return { accessToken, expiresAt, ...(refreshToken === undefined ? {} : { refreshToken }) };
};

export const writeStoredGrant = (store: Store, grant: Grant): Promise<void> =>
  store.write('session', key, { ...grant });

export const removeStoredGrant = (store: Store): Promise<void> => store.remove('session', key);
