import { type DomainName, type DomainView, isDomainName } from '@cloister/wire';
import { administering } from '../administering.ts';
import type { Command, CommandContext } from '../command.ts';
import { usageFailure } from '../failure.ts';
import { print, table } from '../print.ts';

/** The organisation's domains, proven or claimed, and the records that are still to be written. */
export const domainList: Command = (context) =>
  administering(context, async (administration) => {
    const domains = await administration.domains();
    if (context.args.json) for (const each of domains) print(context, each, []);
    else print(context, domains, domains.length === 0 ? ['no domains'] : table(domains.map(lineOf)));
    return undefined;
  });

/** Claims a domain and prints the DNS record that proves it. */
export const domainClaim: Command = (context) => {
  const domain = domainOf(context, 'claim');
  return administering(context, async (administration) => {
    const claimed = await administration.claimDomain(domain);
    print(context, claimed, [claimed.record === undefined ? lineOf(claimed).join('  ') : recordLine(claimed.record)]);
    return undefined;
  });
};

/** Has identity look the record up. */
export const domainVerify: Command = (context) => {
  const domain = domainOf(context, 'verify');
  return administering(context, async (administration) => {
    const verified = await administration.verifyDomain(domain);
    print(context, verified, [lineOf(verified).join('  ')]);
    return undefined;
  });
};

/** Takes a claim back, or gives a domain up. */
export const domainRemove: Command = (context) => {
  const domain = domainOf(context, 'remove');
  return administering(context, async (administration) => {
    await administration.removeDomain(domain);
    print(context, { domain, removed: true }, []);
    return undefined;
  });
};

const lineOf = ({ domain, state, verifiedAt, by, record }: DomainView): string[] => [
  domain,
  state,
  verifiedAt === undefined ? '' : `since ${verifiedAt}${by === 'operator' ? ', by the operator’s word' : ''}`,
  record === undefined ? '' : recordLine(record),
];

/** As it stands in a zone file (RFC 1035 §5.1). */
const recordLine = ({ name, value }: NonNullable<DomainView['record']>): string => `${name}. IN TXT "${value}"`;

const domainOf = ({ words }: CommandContext, verb: string): DomainName => {
  const domain = words[0]?.toLowerCase();
  if (!isDomainName(domain)) throw usageFailure('which domain?', `cloister domain ${verb} acme.example`);
  return domain;
};
