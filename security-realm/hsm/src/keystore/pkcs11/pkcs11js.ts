import { CloisterError } from '@cloister/wire';

/** The optional package `pkcs11js`: PKCS#11's functions and constants for Node. */
export type Pkcs11js = typeof import('pkcs11js');

/** The package, or `hsm/module-unusable` with the next step: it is compiled only where somebody wants it. */
export const loadPkcs11js = async (): Promise<Pkcs11js> => {
  try {
    return ((await import('pkcs11js')) as unknown as { default: Pkcs11js }).default;
  } catch (cause) {
    const detail =
      'pkcs11js is not built for this Node; run "npm run pkcs11" in the checkout, then start the hsm again';
    throw new CloisterError('hsm/module-unusable', { detail, cause });
  }
};
