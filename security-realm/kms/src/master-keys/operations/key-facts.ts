import type { MasterKeyOverview } from '@cloister/wire';
import type { KmsContext } from '../../context.ts';
import { reachOf } from '../store/reach.ts';

/** What does not change with the keys of an organisation: gathered before they are locked. */
export type KeyFacts = Pick<MasterKeyOverview, 'keystore' | 'protection' | 'principalArn' | 'reach'> & {
  /** The realm's default main key. */
  readonly defaultKeyId: string;
};

export const keyFacts = async (
  { hsm, mainKey, database, databaseNow }: Pick<KmsContext, 'hsm' | 'mainKey' | 'database' | 'databaseNow'>,
  organisationId: string,
): Promise<KeyFacts> => {
  const [{ keyId, keystore, protection }, principalArn] = await Promise.all([mainKey(), hsm.principal(organisationId)]);
  return {
    defaultKeyId: keyId,
    keystore: keystore === 'pkcs11' ? 'pkcs11' : 'software',
    protection: protection === 'token' ? 'token' : 'software',
    principalArn,
    reach: await reachOf(database, organisationId, await databaseNow(database)),
  };
};
