import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { AmazonKey, DenialReason, KekPlace } from '@cloister/hsm';
import { CloisterError } from '@cloister/wire';

/** What Amazon says of a key: that it may be used, why not, or nothing at all. */
export type Mood = 'ok' | DenialReason | 'unavailable';

/** A time in which a key was of no use to anybody; null while it lasts. */
interface Refusal {
  readonly arn: string;
  readonly since: number;
  until: number | null;
}

/**
 * The keys that organisations have at Amazon, as an hsm meets them, in the mood that a run sets. The real wire is proven
 * in security-realm/hsm against a server that botocore reads.
 */
export class Amazon {
  readonly #secrets = new Map<string, Buffer>();
  readonly #moods = new Map<string, Mood>();
  readonly #refusals: Refusal[] = [];
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  get isDenying(): boolean {
    return [...this.#moods.values()].some((mood) => mood !== 'ok');
  }

  turn(arn: string, mood: Mood): void {
    this.#moods.set(arn, mood);
    const lasting = this.#refusals.find((each) => each.arn === arn && each.until === null);
    if (mood === 'ok') {
      if (lasting !== undefined) lasting.until = this.#now();
    } else if (lasting === undefined) this.#refusals.push({ arn, since: this.#now(), until: null });
  }

  /** Every key may be used again. */
  calm(): void {
    for (const arn of this.#moods.keys()) this.turn(arn, 'ok');
  }

  /** Whether nobody could use a key, from one time to another. */
  refused(arn: string, from: number, to: number): boolean {
    return this.#refusals.some(
      (each) => each.arn === arn && each.since <= from && (each.until === null || each.until > to),
    );
  }

  async wrap(key: AmazonKey, place: KekPlace, plaintext: Uint8Array): Promise<Buffer> {
    const secret = this.#use(key);
    const iv = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', secret, iv).setAAD(contextOf(key, place));
    return Buffer.concat([Buffer.from(key.arn), iv, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
  }

  async unwrap(key: AmazonKey, place: KekPlace, wrapped: Uint8Array): Promise<Buffer> {
    const secret = this.#use(key);
    const from = Buffer.from(key.arn).length;
    const blob = Buffer.from(wrapped).subarray(from);
    const cipher = createDecipheriv('aes-256-gcm', secret, blob.subarray(0, 12));
    cipher.setAAD(contextOf(key, place)).setAuthTag(blob.subarray(-16));
    try {
      return Buffer.concat([cipher.update(blob.subarray(12, -16)), cipher.final()]);
    } catch {
      throw new CloisterError('hsm/unwrap-failed');
    }
  }

  async probe(key: AmazonKey): Promise<void> {
    this.#use(key);
  }

  async diagnose({ arn }: AmazonKey) {
    const mood = this.#moods.get(arn) ?? 'ok';
    const missing = mood === 'denied' ? ['Encrypt' as const, 'Decrypt' as const] : [];
    const none = { principalArn: principal, keySpec: null, keyUsage: null, fault: null };
    return { arn, keyState: mood === 'ok' ? 'Enabled' : null, missing, ...none };
  }

  async principal(): Promise<string> {
    return principal;
  }

  #use({ arn }: AmazonKey): Buffer {
    const mood = this.#moods.get(arn) ?? 'ok';
    if (mood === 'unavailable') throw new CloisterError('hsm/key-unavailable');
    if (mood !== 'ok') throw new CloisterError('hsm/key-denied', { detail: mood });
    const secret = this.#secrets.get(arn) ?? randomBytes(32);
    this.#secrets.set(arn, secret);
    return secret;
  }
}

const principal = 'arn:aws:iam::111122223333:role/cloister';

const contextOf = ({ keyId }: AmazonKey, { organisationId, kekId, version, level, label }: KekPlace): Buffer =>
  Buffer.from(JSON.stringify([organisationId, keyId, kekId, version, level, label]));
