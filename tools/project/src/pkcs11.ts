// `npm run pkcs11`: what an hsm with a PKCS#11 module needs beyond `npm start`. On Debian as root it installs the compiler too.
import { buildPkcs11 } from './build-pkcs11.ts';
import { compilers } from './compilers.ts';
import { installMissing } from './debian-packages.ts';

const missing = installMissing(compilers);
const built = buildPkcs11();
if (built) process.stdout.write('pkcs11js is built: an hsm may use a PKCS#11 module now\n');
else if (missing.length > 0) {
  process.stderr.write('error: pkcs11js could not be built\n');
  process.stderr.write(`hint: install ${missing.map(({ debian }) => debian).join(', ')}, then run this again\n`);
}
process.exit(built ? 0 : 1);
