import { constants, publicEncrypt, randomBytes } from 'node:crypto';
import { type MasterKeyOverview, parseMasterKeyReply } from '@cloister/wire';
import type { Asker } from './asker.ts';

/** What an administrator does with main keys. */
export interface MainKeyAdministrator {
  /** Uploads 32 random bytes and activates them at once; answers the key's URI. */
  upload(): Promise<string>;
  become(uri: string, keyState: 'ACTIVE' | 'REVOKED'): Promise<void>;
  overview(): Promise<MasterKeyOverview>;
}

export function mainKeyAdministrator({ ask, organisationId: assignedOrgId }: Asker): MainKeyAdministrator {
  const overviewIn = (answer: Awaited<ReturnType<Asker['ask']>>): MasterKeyOverview => {
    const { masterKeys } = parseMasterKeyReply(answer);
    if (answer.status >= 400 || masterKeys === undefined) throw new Error(`refused: ${answer.status} ${answer.reason}`);
    return masterKeys;
  };
  return {
    upload: async () => {
      const { publicKey } = await ask({ method: 'retrieve', uri: '/publicKey', assignedOrgId });
      if (publicKey === undefined) throw new Error('no public key');
      const padding = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' };
      const customerMasterKey = publicEncrypt({ key: publicKey, ...padding }, randomBytes(32)).toString('base64');
      const cloister = { activate: true };
      const { head } = overviewIn(
        await ask({ method: 'create', uri: '/cmk', assignedOrgId, customerMasterKey, cloister }),
      );
      return head ?? 'none';
    },
    become: async (uri, keyState) => {
      overviewIn(await ask({ method: 'update', uri, assignedOrgId, keyState }));
    },
    overview: async () => overviewIn(await ask({ method: 'retrieve', uri: '/cmk', assignedOrgId })),
  };
}
