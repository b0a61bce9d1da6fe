import * as z from 'zod/mini';

/** An origin as browsers write it: scheme, host and port only; https, or http under localhost. */
const origin = z.string().check(
  z.refine((text) => {
    const url = URL.parse(text);
    if (url === null || url.origin !== text) return false;
    // The text ends in the content security policy: no quote, space or semicolon may ride in a host name.
    if (!/^[a-z0-9.-]+$/.test(url.hostname)) return false;
    return url.protocol === 'https:' || (url.protocol === 'http:' && /(^|\.)localhost$/.test(url.hostname));
  }, 'must be an https origin, or an http origin under localhost'),
);

const site = z.strictObject({ origin, core: origin, files: origin, identity: origin });

/** Shape of the file named by `--config`; the README shows one. */
export const appConfig = z.strictObject({
  listen: z.strictObject({ socket: z.string().check(z.minLength(1)) }),
  health: z.strictObject({ socket: z.string().check(z.minLength(1)) }),
  dist: z.string().check(z.minLength(1)),
  sites: z.array(site).check(z.minLength(1)),
  organisation: z.strictObject({
    id: z.uuid(),
    name: z.string().check(z.minLength(1)),
    domain: z.string().check(z.minLength(1)),
    kmsHost: z.string().check(z.minLength(1)),
  }),
  kmsRoots: z.array(z.string()).check(z.minLength(1)),
  clientId: z.string().check(z.minLength(1)),
});

/** The parsed configuration of one app server. */
export type AppConfig = z.infer<typeof appConfig>;

/** One origin the organisation is reached at, with the servers a page from it may talk to. */
export type Site = AppConfig['sites'][number];
