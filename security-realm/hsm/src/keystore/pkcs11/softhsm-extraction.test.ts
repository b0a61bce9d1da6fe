import { describeExtraction } from './testing/extraction-tests.ts';

describeExtraction('SoftHSM');
