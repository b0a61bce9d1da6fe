import type { Certificate } from '../certificate/certificate.ts';

/** One rule of the profile: what to say of a certificate that breaks it, after its subject, and how to tell. */
export interface Rule {
  readonly says: string;
  readonly isBroken: (certificate: Certificate) => boolean;
}

/** What the first broken rule says; null when all are kept. */
export const firstBroken = (rules: readonly Rule[], certificate: Certificate): string | null =>
  rules.find(({ isBroken }) => isBroken(certificate))?.says ?? null;
