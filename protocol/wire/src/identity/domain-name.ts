import * as z from 'zod/mini';
import type { Branded } from '../ids.ts';
import { hostLabels, isReservedLabel } from '../kms-uri/host-labels.ts';

/** A DNS domain that an organisation can prove to be its own, lower-case. */
export type DomainName = Branded<'DomainName'>;

/**
 * Whether a value is a domain an organisation may claim: two labels at least of letters, digits and hyphens, lower-case, other
 * scripts in their `xn--` form only, no address literal, at most 253 characters.
 */
export const isDomainName = (value: unknown): value is DomainName => {
  const labels = typeof value === 'string' ? hostLabels(value) : undefined;
  return labels !== undefined && labels.length > 1 && labels.every(isReadable);
};

/** RFC 5890 §2.3.1: of the labels with hyphens in those places only A-labels mean anything. */
const isReadable = (part: string): boolean => !isReservedLabel(part) || part.startsWith('xn--');

/** A domain in a message. */
export const domainName = z.custom<DomainName>(isDomainName);

/** Whether a host is a domain or lies below it. */
export const liesWithin = (host: string, domain: DomainName): boolean => host === domain || host.endsWith(`.${domain}`);
