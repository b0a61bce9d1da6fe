// `npm test`: all set-up, then every suite. Elsewhere than on Debian as root it runs what it can and names what it skipped;
// with CI=true a skip is a failure.
import { runSuites } from './suites.ts';

process.exit(runSuites({}) ? 0 : 1);
