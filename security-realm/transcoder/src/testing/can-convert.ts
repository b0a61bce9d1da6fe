import { defaultLimits } from '../limits.ts';
import { checkSandbox } from '../sandbox/check-sandbox.ts';

/** Whether the programs are installed and sandboxes work here; where not, the suites that need them are skipped. */
export const canConvert = await checkSandbox(defaultLimits).then(
  () => true,
  () => false,
);
