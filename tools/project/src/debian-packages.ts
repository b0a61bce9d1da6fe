import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** A system package some suites or features need: what proves that it is there, and what is skipped without it. */
export interface DebianPackage {
  readonly debian: string;
  readonly proof: string;
  readonly suites: string;
}

/** The machine the suites run on, as far as installing goes. */
export interface Host {
  readonly exists: (path: string) => boolean;
  /** Debian, as root. */
  readonly mayInstall: boolean;
  /** Runs `apt-get` to its end; whether it succeeded. */
  readonly aptGet: (args: readonly string[]) => boolean;
  readonly say: (line: string) => void;
}

const thisHost: Host = {
  exists: existsSync,
  mayInstall: process.getuid?.() === 0 && existsSync('/usr/bin/apt-get') && existsSync('/etc/debian_version'),
  aptGet: (args) =>
    spawnSync('apt-get', args, {
      // Its progress is of no interest, its complaints are.
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    }).status === 0,
  say: (line) => process.stdout.write(`${line}\n`),
};

/** Another installation may hold the lock; a minute more is better than a failure. */
const patience = ['-o', 'DPkg::Lock::Timeout=120'];

/** Installs those of the packages that are missing, where it may, and returns those that are missing still. */
export function installMissing(wanted: readonly DebianPackage[], host: Host = thisHost): DebianPackage[] {
  const absent = () => wanted.filter(({ proof }) => !host.exists(proof));
  const missing = absent();
  if (missing.length === 0 || !host.mayInstall) return missing;
  const names = missing.map(({ debian }) => debian);
  host.say(`installing system packages: ${names.join(', ')}`);
  const done =
    host.aptGet([...patience, 'update', '-qq']) &&
    host.aptGet([...patience, 'install', '-y', '-qq', '--no-install-recommends', ...names]);
  if (!done) {
    host.say('error: apt-get could not install them; what it said stands above');
    host.say(
      `hint: run "apt-get update && apt-get install --no-install-recommends ${names.join(' ')}", then this again`,
    );
  }
  return absent();
}
