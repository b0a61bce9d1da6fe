import { Resolver } from 'node:dns/promises';

/** The TXT records of a name, each put together from its strings; null when DNS did not say whether there are any. */
export type TxtLookup = (name: string) => Promise<readonly string[] | null>;

/** Where to ask and for how long. */
export interface TxtLookupOptions {
  /** Addresses such as `192.0.2.53:53`; the system's unless told. */
  readonly resolvers?: readonly string[] | undefined;
  /** How long one look-up may take in all; 5 s unless told. */
  readonly timeoutMs?: number | undefined;
}

const usualTimeoutMs = 5000;

/** What DNS answers when there is no such name, or no such record at it. */
const absent = ['ENOTFOUND', 'ENODATA'];

/** Looks TXT records up in DNS. Nothing is remembered: who has just written the record asks again at once. */
export const openTxtLookup =
  ({ resolvers, timeoutMs = usualTimeoutMs }: TxtLookupOptions = {}): TxtLookup =>
  async (name) => {
    const resolver = new Resolver({ timeout: Math.ceil(timeoutMs / 2), tries: 2 });
    if (resolvers !== undefined) resolver.setServers(resolvers);
    const deadline = setTimeout(() => resolver.cancel(), timeoutMs);
    try {
      // RFC 7208 §3.3 (and everybody since): the strings of one record belong together, without anything between.
      return (await resolver.resolveTxt(name)).map((strings) => strings.join(''));
    } catch (error) {
      return absent.includes((error as NodeJS.ErrnoException).code ?? '') ? [] : null;
    } finally {
      clearTimeout(deadline);
    }
  };
