import { CloisterError, type ErrorCode } from '@cloister/wire';

/** Why a certificate is refused, as a code of the error table. */
export type CertificateFault = Extract<ErrorCode, `certs/${string}`>;

/** Every refusal has a sentence that says which rule was broken, and nothing of what was received. */
export const refused = (code: CertificateFault, sentence: string): CloisterError =>
  new CloisterError(code, { detail: sentence });

/** What is no certificate in strict DER. */
export const unreadable = (): CloisterError => refused('certs/unreadable', 'a certificate cannot be read');
