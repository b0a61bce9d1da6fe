import { CloisterError, parseDevice } from '@cloister/wire';
import { errorOf } from '../http/http-answer.ts';
import type { HttpClient } from '../http/http-client.ts';
import { textOf } from '../json.ts';
import type { Store } from '../store/store.ts';

/** This device as the core knows it (kms.md §3.4). Its URL is the `clientId` in KMS requests. */
export interface Device {
  readonly url: string;
  readonly webSocketUrl: string;
}

export interface DeviceOptions {
  readonly http: HttpClient;
  /** The device service's, from the catalogue. */
  readonly address: () => Promise<string>;
  readonly store: Store;
  readonly personId: string;
  readonly name: string;
}

/**
 * Takes up the device the store remembers, or registers one. A device the core forgot (404) is registered anew under a
 * new id; keys it bound stay readable, since they belong to the rooms.
 */
export const registerDevice = async (options: DeviceOptions): Promise<Device> => {
  const known = textOf(await options.store.read('device', 'registration'), 'url');
  const device = (known === undefined ? undefined : await refresh(options, known)) ?? (await create(options));
  if (device.url !== known) await options.store.write('device', 'registration', { url: device.url });
  return device;
};

const description = (name: string) => ({
  name,
  deviceType: 'WEB',
  model: 'cloister-sdk',
  localizedModel: 'Cloister',
  systemName: 'Cloister',
  systemVersion: '0.1.0',
});

/** The remembered URL gives the id alone: the core may be reached elsewhere today, and tokens go where the catalogue says. */
const refresh = async (
  { http, address, name, personId }: DeviceOptions,
  known: string,
): Promise<Device | undefined> => {
  const url = `${await address()}/devices/${encodeURIComponent(known.slice(known.lastIndexOf('/') + 1))}`;
  const answer = await http.answer({ method: 'PUT', url, body: description(name), retries: 2 });
  if (answer.status === 404) return undefined;
  if (answer.status >= 400) throw errorOf(answer);
  return readDevice(answer.body, personId);
};

const create = async ({ http, address, name, personId }: DeviceOptions): Promise<Device> =>
  readDevice(
    await http.json({ method: 'POST', url: `${await address()}/devices`, body: description(name), retries: 2 }),
    personId,
  );

const readDevice = (body: unknown, personId: string): Device => {
  const { url, webSocketUrl, userId } = parseDevice(body);
  if (userId !== personId) throw new CloisterError('client/unreadable', { detail: 'a device of somebody else' });
  return { url, webSocketUrl };
};
