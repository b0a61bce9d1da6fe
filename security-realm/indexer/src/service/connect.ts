import { readFileSync } from 'node:fs';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { rootsFromPem } from '@cloister/certs';
import { readCredential } from '@cloister/config';
import {
  connectIndexer,
  fileStore,
  type IndexerClient,
  type SignInAsMachineOptions,
  signInAsMachine,
} from '@cloister/sdk';
import { CloisterError } from '@cloister/wire';
import type { IndexerConfig } from '../config.ts';

/**
 * Reads what the machine needs to sign in, and answers how to: signs in and opens the line to the core, once for all who
 * ask, and anew when that failed.
 * @param revoked told when the main key may be off
 * @throws CloisterError `config/…` now; later `identity/function-off` while the function is off, and what the SDK throws.
 */
export function connector(config: IndexerConfig, revoked: () => void): () => Promise<IndexerClient> {
  trustRoot(config);
  const { deployment, kmsHost, kmsRoots, machine } = config;
  const roots = rootsFromPem(readFileSync(kmsRoots, 'utf8')).map((der) => Buffer.from(der).toString('base64'));
  const account = {
    deployment: { ...deployment, kmsHost, kmsRoots: roots },
    machineId: machine.id,
    key: readKey(machine.key),
  };
  let line: Promise<IndexerClient> | undefined;
  return () => {
    line ??= open(account, config.store, revoked).catch((error: unknown) => {
      line = undefined;
      throw error;
    });
    return line;
  };
}

const open = async (account: SignInAsMachineOptions, store: string, revoked: () => void): Promise<IndexerClient> =>
  connectIndexer(await signInAsMachine(account), { store: fileStore(store), deviceName: 'Indexer', revoked });

/** Every TLS connection of this process trusts the deployment's root beside the system's. */
function trustRoot({ root }: IndexerConfig): void {
  if (root !== undefined) setDefaultCACertificates([...getCACertificates('default'), readFileSync(root, 'utf8')]);
}

function readKey(path: string): SignInAsMachineOptions['key'] {
  const bytes = readCredential(path);
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new CloisterError('config/invalid', { detail: `${path} holds no private JWK` });
  } finally {
    bytes.fill(0);
  }
}
