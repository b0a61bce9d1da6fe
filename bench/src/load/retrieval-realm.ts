import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Constellation, freshToken } from '@cloister/testkit';
import { TestRealm } from '../testing/kms-internals.ts';
import { superuser } from './superuser.ts';

/** A key server in this process, with a real hsm process and PostgreSQL, and one who asks it for one key again and again. */
export interface RetrievalRealm {
  retrieve(): Promise<void>;
  close(): Promise<void>;
}

export async function openRetrievalRealm(
  all: Constellation,
  keystore: 'software' | 'SoftHSM',
): Promise<RetrievalRealm> {
  // Where its databases are made.
  process.env.CLOISTER_TEST_POSTGRES = JSON.stringify(superuser(all));
  const folder = mkdtempSync(join(tmpdir(), 'cloister-bench-realm-'));
  const realm = await TestRealm.open(({ hsm }) => {
    if (keystore === 'SoftHSM') hsm.useToken(freshToken(keystore, folder));
  });
  const client = await realm.client();
  const { uri } = await client.createKey();
  return {
    retrieve: async () => {
      const response = await client.try({ method: 'retrieve', uri });
      if (response?.status !== 200) throw new Error(`the key cannot be read: ${response?.status}`);
    },
    close: async () => {
      await realm.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
