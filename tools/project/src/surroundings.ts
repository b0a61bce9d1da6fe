import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { buildPkcs11 } from './build-pkcs11.ts';
import { compilers } from './compilers.ts';
import { type DebianPackage, installMissing } from './debian-packages.ts';

const model = 'the exhaustive check of the model of two-part changes';
const amazon = 'AWS KMS as clients others wrote see it';
const pages = 'page images and text of Office documents';
const tokens = 'main keys in PKCS#11 tokens';

const wanted: readonly DebianPackage[] = [
  { debian: 'chromium', proof: '/usr/bin/chromium', suites: 'everything in a real browser' },
  { debian: 'tcpdump', proof: '/usr/bin/tcpdump', suites: 'the search of captured traffic for what people typed' },
  {
    debian: 'fonts-noto-cjk',
    proof: '/usr/share/fonts/opentype/noto',
    suites: 'Japanese and Korean text on screenshots and page images',
  },
  { debian: 'awscli', proof: '/usr/bin/aws', suites: amazon },
  { debian: 'python3-botocore', proof: '/usr/lib/python3/dist-packages/botocore/__init__.py', suites: amazon },
  { debian: 'spin', proof: '/usr/bin/spin', suites: model },
  { debian: 'gcc', proof: '/usr/bin/gcc', suites: model },
  { debian: 'libc6-dev', proof: '/usr/include/stdio.h', suites: model },
  { debian: 'bubblewrap', proof: '/usr/bin/bwrap', suites: pages },
  { debian: 'poppler-utils', proof: '/usr/bin/pdftoppm', suites: pages },
  { debian: 'libreoffice-writer-nogui', proof: '/usr/lib/libreoffice/program/libswlo.so', suites: pages },
  { debian: 'libreoffice-calc-nogui', proof: '/usr/lib/libreoffice/program/libsclo.so', suites: pages },
  {
    debian: 'libreoffice-impress-nogui',
    proof: '/usr/lib/libreoffice/program/libPresentationMinimizerlo.so',
    suites: pages,
  },
  ...compilers,
  { debian: 'softhsm2', proof: '/usr/bin/softhsm2-util', suites: tokens },
  { debian: 'libnss3-tools', proof: '/usr/bin/certutil', suites: tokens },
  { debian: 'openssl', proof: '/usr/bin/openssl', suites: tokens },
  { debian: 'iproute2', proof: '/usr/sbin/ip', suites: 'a key server that is cut off by a network of its own' },
  { debian: 'nftables', proof: '/usr/sbin/nft', suites: 'security realms behind a closed firewall' },
];

const bubblewrap = '/usr/bin/bwrap';

/** Whether this machine lets people without rights make a sandbox; as root the converters give theirs up first. */
const sandboxWorks = (): boolean => {
  const user = process.getuid?.() === 0 ? { uid: 65533, gid: 65533 } : {};
  const command = ['--unshare-all', '--disable-userns', '--unshare-user', '--ro-bind', '/', '/', '/usr/bin/true'];
  return spawnSync(bubblewrap, command, { stdio: 'ignore', cwd: '/', ...user }).status === 0;
};

/** Installs what is missing where it may (Debian, as root) and returns a line for each suite that has to be skipped. */
export function prepareSurroundings(): string[] {
  const skipped = installMissing(wanted).map(({ debian, suites }) => `${suites} (needs ${debian})`);
  if (existsSync(bubblewrap) && !sandboxWorks()) skipped.push(`${pages} (needs user namespaces for bubblewrap)`);
  if (!buildPkcs11()) skipped.push(`${tokens} (needs pkcs11js built: npm run pkcs11)`);
  if (process.env.CLOISTER_VECTORS === undefined) skipped.push('public test vectors (CLOISTER_VECTORS is not set)');
  return skipped;
}
