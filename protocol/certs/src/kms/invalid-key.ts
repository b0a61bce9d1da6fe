import { CloisterError } from '@cloister/wire';

/** Every refusal of a key server's key is one code; the sentence says which rule was broken. */
export const invalidKey = (sentence: string, cause?: CloisterError): CloisterError =>
  new CloisterError('kms/invalid-certificate', { detail: sentence, cause });
