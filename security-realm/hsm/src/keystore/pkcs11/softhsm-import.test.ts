import { describeImport } from './testing/import-tests.ts';

describeImport('SoftHSM');
