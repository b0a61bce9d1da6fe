import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HsmClient } from '@cloister/hsm';
import { freshToken } from '@cloister/testkit';
import { untilLine } from '../testing/kms-internals.ts';

const entry = fileURLToPath(new URL('../../../security-realm/hsm/src/main.ts', import.meta.url));

/** The real hsm process on a fresh SoftHSM token, and a client of it. */
export async function openTokenHsm(): Promise<{ hsm: HsmClient; close: () => Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'cloister-bench-hsm-'));
  const { pin, ...token } = freshToken('SoftHSM', folder);
  const secret = randomBytes(32).toString('hex');
  const [socket, config] = [join(folder, 'hsm.sock'), join(folder, 'hsm.json')];
  writeFileSync(join(folder, 'pin'), pin, { mode: 0o600 });
  writeFileSync(join(folder, 'shared'), secret, { mode: 0o600 });
  const settings = {
    listen: { socket },
    health: { socket: join(folder, 'health.sock') },
    keystore: { kind: 'pkcs11', ...token },
    uploadKeyBits: 3072,
    credentials: { pin: join(folder, 'pin'), shared: join(folder, 'shared') },
  };
  writeFileSync(config, JSON.stringify(settings));
  const child = spawn(process.execPath, [entry, '--config', config], { stdio: ['ignore', 'pipe', 'inherit'] });
  await untilLine(child, 'hsm.ready');
  const hsm = new HsmClient({ socket, secret: Buffer.from(secret) });
  const close = async () => {
    hsm.close();
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    await gone;
    rmSync(folder, { recursive: true, force: true });
  };
  return { hsm, close };
}
