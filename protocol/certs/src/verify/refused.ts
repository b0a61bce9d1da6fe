import { CloisterError } from '@cloister/wire';

/** Every refusal is one code; the sentence says which rule was broken. */
export const refused = (sentence: string): CloisterError =>
  new CloisterError('kms/invalid-certificate', { detail: sentence });
