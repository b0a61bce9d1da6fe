import type { Certificate } from '../certificate/certificate.ts';

/** RFC 5280 §4.1.2.5: "the period of time from notBefore through notAfter, inclusive". Milliseconds since 1970. */
export const isValidAt = ({ notBefore, notAfter }: Certificate, now: number): boolean =>
  notBefore <= now && now <= notAfter;
