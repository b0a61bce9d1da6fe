import { describeSelfTest } from './testing/self-test-tests.ts';

describeSelfTest('NSS');
