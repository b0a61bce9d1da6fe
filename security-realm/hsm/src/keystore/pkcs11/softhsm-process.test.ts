import { describeProcess } from './testing/process-tests.ts';

describeProcess('SoftHSM');
