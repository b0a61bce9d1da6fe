import { readFileSync } from 'node:fs';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { rootsFromPem } from '@cloister/certs';
import { readCredential } from '@cloister/config';
import { fileStore, type Session, type SignInAsMachineOptions, signInAsMachine } from '@cloister/sdk';
import { CloisterError } from '@cloister/wire';
import type { MachineConfig } from './machine-config.ts';

/** Opens the line of a machine that signed in, with what it keeps of its registration. */
export type OpenLine<T> = (session: Session, options: { readonly store: ReturnType<typeof fileStore> }) => Promise<T>;

/**
 * Reads what the machine needs to sign in, and answers how to: signs in and opens the line to the core, once for all who
 * ask, and anew when that failed.
 * @throws CloisterError `config/…` now; later `identity/function-off` while the function is off, and what the SDK throws.
 */
export function connector<T>(config: MachineConfig, open: OpenLine<T>): () => Promise<T> {
  trustRoot(config);
  const { deployment, kmsHost, kmsRoots, machine } = config;
  const roots = rootsFromPem(readFileSync(kmsRoots, 'utf8')).map((der) => Buffer.from(der).toString('base64'));
  const account = {
    deployment: { ...deployment, kmsHost, kmsRoots: roots },
    machineId: machine.id,
    key: readKey(machine.key),
  };
  const begin = async () => open(await signInAsMachine(account), { store: fileStore(config.store) });
  let line: Promise<T> | undefined;
  return () => {
    line ??= begin().catch((error: unknown) => {
      line = undefined;
      throw error;
    });
    return line;
  };
}

/** Every TLS connection of this process trusts the deployment's root beside the system's. */
function trustRoot({ root }: MachineConfig): void {
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
