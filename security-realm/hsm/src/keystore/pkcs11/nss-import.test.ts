import { describeImport } from './testing/import-tests.ts';

describeImport('NSS');
