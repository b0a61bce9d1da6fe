import { CloisterError, type DomainName, isDomainName } from '@cloister/wire';
import type { HttpClient } from '../http/http-client.ts';
import { isRecord } from '../json.ts';
import type { Store } from '../store/store.ts';

const record = 'domains';

/**
 * The domains that the own organisation proved to be its own, as identity tells them, or as it last told them while it
 * does not answer: what the certificate of the key server must name (R301). None before the first one is proved.
 * @throws CloisterError when identity does not answer and never told
 */
export const ownDomains = async (options: {
  /** With the token for people. */
  readonly http: Pick<HttpClient, 'json'>;
  /** `…/identity` */
  readonly identity: string;
  readonly store: Pick<Store, 'read' | 'write'>;
}): Promise<readonly DomainName[]> => {
  const { http, identity, store } = options;
  try {
    const me = await http.json({ method: 'GET', url: `${identity}/api/v1/me`, retries: 2 });
    const told = readDomains(isRecord(me) && isRecord(me.organisation) ? me.organisation.domains : undefined);
    await store.write('device', record, told);
    return told;
  } catch (cause) {
    const remembered: unknown = await store.read('device', record);
    if (remembered === undefined || !mayPass(cause)) throw cause;
    return readDomains(remembered);
  }
};

/** A silent identity, and none that says something else. */
const mayPass = (cause: unknown): boolean =>
  cause instanceof CloisterError && cause.code !== 'client/unreadable' && (cause.status >= 500 || cause.status === 429);

const readDomains = (value: unknown): DomainName[] => {
  if (Array.isArray(value) && value.every(isDomainName)) return value;
  throw new CloisterError('client/unreadable', { detail: "the organisation's domains" });
};
