export type Sdk = typeof import('@aws-sdk/client-kms');

/** Amazon's SDK takes a tenth of a second to load: an hsm without keys at Amazon does without it. */
export const loadSdk = (): Promise<Sdk> => import('@aws-sdk/client-kms');
