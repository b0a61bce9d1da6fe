import { describeConformance } from './testing/token-tests.ts';

describeConformance('SoftHSM');
