import type { TrustedKmsKey } from '@cloister/certs';
import { openDir, parseJwe, type SecretKey, sealDir, verifyCompact } from '@cloister/seal';
import { type ChannelUri, CloisterError, type KmsResponse, parseKmsResponse } from '@cloister/wire';

interface ChannelState {
  readonly uri: ChannelUri;
  readonly key: SecretKey;
  readonly staticKey: TrustedKmsKey;
  readonly expiresAt: number;
  readonly now: () => number;
}

/** The secure channel between a client and its key server. Every message in it names {@link KeyChannel.uri}. */
export class KeyChannel {
  readonly uri: ChannelUri;
  /** Milliseconds since 1970; from then on nothing is sealed or opened (R305). */
  readonly expiresAt: number;
  readonly #state: ChannelState;

  constructor(state: ChannelState) {
    this.uri = state.uri;
    this.expiresAt = state.expiresAt;
    this.#state = state;
  }

  /** Seals a whole KMS request, frame included. @throws CloisterError `kms/reset` once expired or closed */
  async seal(request: object): Promise<string> {
    this.#checkOpen();
    return sealDir({ key: this.#state.key, kid: this.uri }, JSON.stringify(request));
  }

  /**
   * Opens a reply of any status; `refusalOf` turns one of 400 or more into an error.
   * @throws CloisterError `kms/reset` once expired, closed or reset by the key server, `seal/…`, `wire/…`,
   * `channel/untrusted-answer` for a message of another channel
   */
  async open(message: string): Promise<KmsResponse> {
    this.#checkOpen();
    if (typeof message === 'string' && message.split('.', 4).length === 3) return this.#reset(message);
    const jwe = parseJwe(message, { algorithms: ['dir'] });
    if (jwe.kid !== this.uri) throw new CloisterError('channel/untrusted-answer', { detail: 'another channel' });
    return parseKmsResponse(await openDir(this.#state.key, jwe));
  }

  /** Wipes the channel's key. */
  close(): void {
    this.#state.key.destroy();
    this.#closed = true;
  }
  #closed = false;

  /** A reset counts only with the key server's signature over this channel's address (threats.md row 20). */
  async #reset(message: string): Promise<never> {
    const { kid, jwk } = this.#state.staticKey;
    const jws = await verifyCompact(message, { keys: { [kid]: jwk }, algorithms: ['PS256', 'RS256'] });
    const { status, cloister } = parseKmsResponse(jws.payload);
    if (status !== 499 || cloister?.channel !== this.uri) throw new CloisterError('channel/untrusted-answer');
    this.close();
    throw new CloisterError('kms/reset');
  }

  #checkOpen(): void {
    if (this.#closed || this.#state.now() >= this.expiresAt) throw new CloisterError('kms/reset');
  }
}
