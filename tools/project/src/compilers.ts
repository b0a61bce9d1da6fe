import type { DebianPackage } from './debian-packages.ts';

const suites = 'main keys in PKCS#11 tokens';

/** What compiling `pkcs11js` takes. */
export const compilers: readonly DebianPackage[] = [
  { debian: 'g++', proof: '/usr/bin/g++', suites },
  { debian: 'make', proof: '/usr/bin/make', suites },
  { debian: 'libc6-dev', proof: '/usr/include/stdio.h', suites },
  { debian: 'python3', proof: '/usr/bin/python3', suites },
];
