import type { DomainName } from '@cloister/wire';

/** The TXT record that proves a claim (wires.md §13). */
export interface DomainRecord {
  readonly name: string;
  readonly value: string;
}

/** The record for a claim's challenge. RFC 8552: underscored names collide with no host. */
export const domainRecord = (domain: DomainName, challenge: string): DomainRecord => ({
  name: `_cloister-challenge.${domain}`,
  value: `cloister-domain-verification=${challenge}`,
});

/** Whether one of the records found is the one asked for, in every letter. */
export const isProvenBy = ({ value }: DomainRecord, found: readonly string[]): boolean => found.includes(value);
