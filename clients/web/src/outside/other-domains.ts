/** The domains of an organisation to show beside what it is called, which may be one of them; empty for none. */
export const otherDomains = (label: string, domains: readonly string[]): string =>
  domains.filter((domain) => domain !== label).join(', ');
