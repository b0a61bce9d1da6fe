import { checkSandbox } from '@cloister/sandbox';
import { CloisterError } from '@cloister/wire';

/** Whether documents can become page images on this machine; where not, people get files only, and one line says why. */
export async function canShowDocuments(
  say: (line: string) => void,
  check: () => Promise<void> = checkSandbox,
): Promise<boolean> {
  try {
    await check();
    return true;
  } catch (error) {
    if (!(error instanceof CloisterError)) throw error;
    say(`pages of documents are not available; ${error.detail ?? error.message}`);
    return false;
  }
}
