import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** A system package some suites need: what proves that it is there, and what is skipped without it. */
interface SystemPackage {
  readonly debian: string;
  readonly proof: string;
  readonly suites: string;
}

const wanted: readonly SystemPackage[] = [
  { debian: 'chromium', proof: '/usr/bin/chromium', suites: 'everything in a real browser' },
  { debian: 'tcpdump', proof: '/usr/bin/tcpdump', suites: 'the search of captured traffic for what people typed' },
  {
    debian: 'fonts-noto-cjk',
    proof: '/usr/share/fonts/opentype/noto',
    suites: 'Japanese and Korean text on screenshots',
  },
];

/** Installs what is missing where it may (Debian, as root) and returns a line for each suite that has to be skipped. */
export function prepareSurroundings(): string[] {
  const missing = wanted.filter(({ proof }) => !existsSync(proof));
  if (missing.length > 0 && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    const names = missing.map(({ debian }) => debian);
    process.stdout.write(`installing system packages: ${names.join(', ')}\n`);
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    spawnSync('apt-get', ['update', '-qq'], { stdio: 'inherit', env });
    spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...names], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env,
    });
  }
  const skipped = wanted
    .filter(({ proof }) => !existsSync(proof))
    .map(({ debian, suites }) => `${suites} (needs ${debian})`);
  if (process.env.CLOISTER_VECTORS === undefined) skipped.push('public test vectors (CLOISTER_VECTORS is not set)');
  return skipped;
}
