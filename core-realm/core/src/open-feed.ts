import { createPrivateKey, type JsonWebKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readCredential } from '@cloister/config';
import type { Log } from '@cloister/logging';
import { StatusFeed } from '@cloister/verify';
import { parseKmsHost } from '@cloister/wire';
import type { CoreConfig } from './config.ts';

/** Identity's status feed; the core asks for it as the realm named `core` (docs/wires.md §2). */
export const openFeed = ({ identity, link }: CoreConfig, now: () => number, log: Log): StatusFeed => {
  const jwk = JSON.parse(readCredential(link.key).toString('utf8')) as JsonWebKey;
  return new StatusFeed({
    origin: identity.feed.origin,
    ...(identity.root === undefined ? {} : { root: readFileSync(identity.root) }),
    issuer: identity.issuer,
    statusKey: identity.feed.key as JsonWebKey,
    realm: { issuer: parseKmsHost('core'), key: createPrivateKey({ key: jwk, format: 'jwk' }) },
    file: identity.feed.store,
    log,
    now,
  });
};
