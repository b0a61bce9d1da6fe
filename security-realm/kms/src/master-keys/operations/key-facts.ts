import type { MasterKeyOverview } from '@cloister/wire';
import type { KmsContext } from '../../context.ts';

/** What the hsm says that does not change with the keys of an organisation. */
export type KeyFacts = Pick<MasterKeyOverview, 'keystore' | 'protection' | 'principalArn'> & {
  /** The realm's default main key. */
  readonly defaultKeyId: string;
};

export const keyFacts = async (
  { hsm, mainKey }: Pick<KmsContext, 'hsm' | 'mainKey'>,
  organisationId: string,
): Promise<KeyFacts> => {
  const [{ keyId, keystore, protection }, principalArn] = await Promise.all([mainKey(), hsm.principal(organisationId)]);
  return {
    defaultKeyId: keyId,
    keystore: keystore === 'pkcs11' ? 'pkcs11' : 'software',
    protection: protection === 'token' ? 'token' : 'software',
    principalArn,
  };
};
