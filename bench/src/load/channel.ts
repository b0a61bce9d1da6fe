import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { checkKmsCertificate, rootsFromPem } from '@cloister/certs';
import { type KeyChannel, startHandshake } from '@cloister/kms-channel';
import type { Constellation } from '@cloister/testkit';
import { parseKmsHost } from '@cloister/wire';
import { bearer, type LoadDevice } from './device.ts';
import type { SocketHttp } from './http.ts';
import type { Tokens } from './person.ts';

/** Sends sealed messages to the key server through the core and hands back replies in the order they come. */
export class Relay {
  readonly #http: SocketHttp;
  readonly #device: LoadDevice;
  readonly #tokens: Tokens;
  readonly #kmsHost: string;
  #waiting: ((message: string) => void)[] = [];

  constructor(http: SocketHttp, device: LoadDevice, tokens: Tokens, kmsHost: string) {
    this.#http = http;
    this.#device = device;
    this.#tokens = tokens;
    this.#kmsHost = kmsHost;
    device.onEvent = (data) => {
      const { kmsMessages = [] } = (data.encryption ?? {}) as { kmsMessages?: string[] };
      for (const message of kmsMessages) this.#waiting.shift()?.(message);
    };
  }

  /** One POST with all messages; resolves with as many replies, and fails when they do not come within a minute. */
  async send(messages: readonly string[]): Promise<string[]> {
    const silence = new AbortController();
    const replies = Promise.race([
      Promise.all(messages.map(() => new Promise<string>((resolve) => this.#waiting.push(resolve)))),
      pause(60_000, null, { signal: silence.signal }).then(() => Promise.reject(new Error('the key server is silent'))),
    ]).finally(() => silence.abort());
    await this.#http.json(
      'POST',
      '/encryption/api/v1/kms/messages',
      { ...bearer(this.#tokens), 'cisco-device-url': this.#device.url },
      { destination: `kms://${this.#kmsHost}`, kmsMessages: messages },
    );
    return replies;
  }
}

export interface TrustedDiscovery {
  readonly staticKey: Awaited<ReturnType<typeof checkKmsCertificate>>;
}

/** The key server of the person's organisation: the first one's unless told. */
export async function discover(
  all: Constellation,
  http: SocketHttp,
  tokens: Tokens,
  organisationId?: string,
): Promise<TrustedDiscovery> {
  const answer = (await http.json('GET', `/encryption/api/v1/kms/${tokens.userId}`, bearer(tokens))) as {
    rsaPublicKey: string;
  };
  const [first] = all.endpoints.organisations;
  const organisation = all.endpoints.organisations.find(({ id }) => id === organisationId) ?? first;
  if (organisation === undefined) throw new Error('the constellation has no organisation');
  const roots = await rootsFromPem(readFileSync(organisation.kmsRootCertificate, 'utf8'));
  const kmsHost = parseKmsHost(organisation.kmsHost);
  return {
    staticKey: await checkKmsCertificate({ jwk: JSON.parse(answer.rsaPublicKey), kmsHost, roots, now: Date.now() }),
  };
}

export function handshake(trusted: TrustedDiscovery, device: LoadDevice, tokens: Tokens) {
  return startHandshake({
    staticKey: trusted.staticKey,
    clientId: device.url,
    userId: tokens.userId,
    bearer: tokens.kms,
    requestId: randomUUID(),
    now: Date.now,
  });
}

/** A whole KMS request, frame included, sealed. */
export function sealRequest(channel: KeyChannel, device: LoadDevice, tokens: Tokens, body: object): Promise<string> {
  return channel.seal({
    ...body,
    requestId: randomUUID(),
    client: { clientId: device.url, credential: { userId: tokens.userId, bearer: tokens.kms } },
  });
}
