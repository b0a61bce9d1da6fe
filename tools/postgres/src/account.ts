import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** How a PostgreSQL program is started so that it does not see itself as root, which it refuses to run as. */
export type Account =
  | { readonly kind: 'self' }
  | { readonly kind: 'user-namespace'; readonly id: number }
  | { readonly kind: 'nobody' };

/**
 * Root runs PostgreSQL in a user namespace of one account: files stay root's own, so a folder that only root may enter works.
 * Where the kernel forbids that, `nobody` runs it from a copy it can reach.
 */
export function chooseAccount(): Account {
  if (process.getuid?.() !== 0) return { kind: 'self' };
  const id = unprivilegedId();
  const probe = spawnSync('unshare', ['--user', `--map-user=${id}`, `--map-group=${id}`, '--', 'true'], {
    stdio: 'ignore',
  });
  return probe.status === 0 ? { kind: 'user-namespace', id } : { kind: 'nobody' };
}

/** The command line that runs `program` under `account`. */
export function commandUnder(
  account: Account,
  program: string,
  args: readonly string[],
): { file: string; args: string[] } {
  switch (account.kind) {
    case 'self':
      return { file: program, args: [...args] };
    case 'user-namespace':
      return {
        file: 'unshare',
        args: ['--user', `--map-user=${account.id}`, `--map-group=${account.id}`, '--', program, ...args],
      };
    case 'nobody':
      return { file: 'setpriv', args: ['--reuid=nobody', '--regid=nogroup', '--clear-groups', '--', program, ...args] };
  }
}

/** initdb looks its account up by name, so the mapped id must be one the machine knows. */
function unprivilegedId(): number {
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const id = Number(
    accounts.find(([name]) => name === 'nobody')?.[2] ?? accounts.find((fields) => Number(fields[2]) > 0)?.[2],
  );
  return Number.isInteger(id) && id > 0 ? id : 1000;
}
