import { checkSandbox } from '../run/check-sandbox.ts';

/** Whether the programs are installed and sandboxes work here; where not, the suites that need them are skipped. */
export const canConvert = await checkSandbox().then(
  () => true,
  () => false,
);
