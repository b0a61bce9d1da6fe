import { CloisterError } from '@cloister/wire';
import {
  type HsmKey,
  type HsmKeyDescription,
  type KeyDiagnosis,
  type KeyPurpose,
  parseCheck,
  parseDescription,
  parseDiagnosis,
  parseEmpty,
  parseHsmKey,
  parsePlaintext,
  parsePrincipal,
  parsePublicKey,
  parseRewrapped,
  parseWrapped,
} from '../protocol/answers.ts';
import type { KekPlace } from '../protocol/kek-place.ts';
import { type AmazonKey, isAmazons, type KeyName, type MainKey } from '../protocol/main-key.ts';
import { MOST_AMAZON_KEKS, MOST_KEKS, type RewrappedKek, type StoredKek } from '../protocol/rewrapping.ts';
import { type Link, openLink } from './link.ts';

export type HsmClientOptions = {
  readonly socket: string;
  /** Credential shared with the hsm. */
  readonly secret: Buffer;
  /** How long one request may take before it fails as `hsm/unavailable`. */
  readonly timeoutMs?: number;
};

const TIMEOUT_MS = 5_000;
/** Making a new RSA-4096 key, or Amazon with its retries, may take longer than anything else here. */
const SLOW_FACTOR = 12;
/** Parts of a long list of KEKs that are on their way at once: enough to hide Amazon's answering time. */
const AT_ONCE = 4;

/**
 * Calls one hsm over its socket; requests are pipelined on one connection, which is made when first needed and again
 * after a loss. Errors: those of the hsm, or `hsm/unavailable`, `hsm/unauthenticated`.
 */
export class HsmClient {
  readonly #options: HsmClientOptions;
  #link: Promise<Link> | null = null;
  #closed = false;

  constructor(options: HsmClientOptions) {
    this.#options = options;
  }

  /** The key of that organisation, purpose and label in the local keystore; made when there is none. */
  async ensureKey(organisationId: string, purpose: KeyPurpose, label: string): Promise<HsmKey> {
    return parseHsmKey(await this.#call({ op: 'ensureKey', organisationId, purpose, label }));
  }

  /** What an upload is encrypted to: SPKI PEM without a trailing newline. */
  async publicKey(organisationId: string): Promise<string> {
    return parsePublicKey(await this.#callSlow({ op: 'publicKey', organisationId })).publicKey;
  }

  /** Keeps an uploaded key under this id. Throws `hsm/import-failed` for every fault of the upload. */
  async importKey({ keyId, organisationId }: KeyName, wrapped: Uint8Array): Promise<HsmKey> {
    return parseHsmKey(await this.#callSlow({ op: 'importKey', keyId, organisationId, wrapped: base64(wrapped) }));
  }

  /** The 16 bytes that name a local key's material. */
  async check({ keyId, organisationId }: KeyName): Promise<Buffer> {
    return bytes(parseCheck(await this.#call({ op: 'check', key: { keyId, organisationId } })).check);
  }

  /** Wraps a KEK of 32 bytes for its place. */
  async wrap(key: MainKey, place: KekPlace, plaintext: Uint8Array): Promise<Buffer> {
    const request = { op: 'wrap', key: named(key), place: placed(place), plaintext: base64(plaintext) };
    return bytes(parseWrapped(await this.#callFor(key, request)).wrapped);
  }

  /** The KEK, which the caller zeroes. Throws `hsm/unwrap-failed` for everything that can be wrong. */
  async unwrap(key: MainKey, place: KekPlace, wrapped: Uint8Array): Promise<Buffer> {
    const request = { op: 'unwrap', key: named(key), place: placed(place), wrapped: base64(wrapped) };
    return bytes(parsePlaintext(await this.#callFor(key, request)).plaintext);
  }

  /**
   * KEKs of one main key under another, in the order given; null for each that cannot be opened as what it is said to be.
   * They are in the clear in the hsm alone. Throws what is wrong with a key or its store: nothing is known then of any.
   */
  async rewrap(from: MainKey, to: MainKey, keks: readonly StoredKek[]): Promise<RewrappedKek[]> {
    const size = isAmazons(from) || isAmazons(to) ? MOST_AMAZON_KEKS : MOST_KEKS;
    const parts = Array.from({ length: Math.ceil(keks.length / size) }, (_, at) =>
      keks.slice(at * size, (at + 1) * size),
    );
    const done: RewrappedKek[][] = [];
    const rest = parts.entries();
    const follow = async () => {
      for (const [at, part] of rest) done[at] = await this.#rewrapPart(from, to, part);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, follow));
    return done.flat();
  }

  async describe(key: MainKey): Promise<HsmKeyDescription> {
    return parseDescription(await this.#call({ op: 'describe', key: named(key) }));
  }

  /** Whether a key at Amazon can be used; `light` asks for its description alone. Throws the AWS faults. */
  async probe(key: AmazonKey, { light = false }: { readonly light?: boolean } = {}): Promise<void> {
    parseEmpty(await this.#callSlow({ op: 'probe', key: named(key), light }));
  }

  async diagnose(key: AmazonKey): Promise<KeyDiagnosis> {
    return parseDiagnosis(await this.#callSlow({ op: 'diagnose', key: named(key) }));
  }

  /** The ARN of the organisation's own principal at Amazon, or null. */
  async principal(organisationId: string): Promise<string | null> {
    return parsePrincipal(await this.#call({ op: 'principal', organisationId })).arn;
  }

  /** For good; a local key only. */
  async destroy({ keyId, organisationId }: KeyName): Promise<void> {
    parseEmpty(await this.#call({ op: 'destroy', key: { keyId, organisationId } }));
  }

  close(): void {
    this.#closed = true;
    this.#link?.then(
      (link) => link.close(),
      () => {},
    );
  }

  async #rewrapPart(from: MainKey, to: MainKey, part: readonly StoredKek[]): Promise<RewrappedKek[]> {
    const keks = part.map(({ place, wrapped, commitment }) => ({
      place: placed(place),
      wrapped: base64(wrapped),
      commitment: base64(commitment),
    }));
    const answer = parseRewrapped(await this.#callSlow({ op: 'rewrap', from: named(from), to: named(to), keks }));
    if (answer.keks.length !== part.length) throw new CloisterError('hsm/invalid-request');
    return answer.keks.map((kek) =>
      'refused' in kek ? null : { wrapped: bytes(kek.wrapped), commitment: bytes(kek.commitment) },
    );
  }

  #callFor(key: MainKey, request: Record<string, unknown>): Promise<Record<string, unknown>> {
    return isAmazons(key) ? this.#callSlow(request) : this.#call(request);
  }

  #callSlow(request: Record<string, unknown>): Promise<Record<string, unknown>> {
    return this.#call(request, SLOW_FACTOR);
  }

  async #call(request: Record<string, unknown>, factor = 1): Promise<Record<string, unknown>> {
    if (this.#closed) throw new CloisterError('hsm/unavailable');
    this.#link ??= this.#open();
    return (await this.#link).call(request, this.#timeoutMs * factor);
  }

  get #timeoutMs(): number {
    return this.#options.timeoutMs ?? TIMEOUT_MS;
  }

  #open(): Promise<Link> {
    const { socket, secret } = this.#options;
    const onLost = () => {
      this.#link = null;
    };
    return openLink({ socket, secret, timeoutMs: this.#timeoutMs, onLost });
  }
}

const base64 = (value: Uint8Array): string =>
  Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64');
const bytes = (text: string): Buffer => Buffer.from(text, 'base64');
// Rows carry more than their names: only what the protocol knows is sent.
const named = ({ keyId, organisationId, arn }: MainKey) => ({
  keyId,
  organisationId,
  ...(arn === undefined ? {} : { arn }),
});
const placed = ({ organisationId, kekId, version, level, label }: KekPlace) => ({
  organisationId,
  kekId,
  version,
  level,
  label,
});
