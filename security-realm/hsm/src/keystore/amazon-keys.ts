import type { KeyDiagnosis } from '../protocol/answers.ts';
import type { KekPlace } from '../protocol/kek-place.ts';
import type { AmazonKey } from '../protocol/main-key.ts';

/** What the hsm can do with keys at Amazon: use them, look at them, and never anything else (R064). */
export interface AmazonKeys {
  /** The CiphertextBlob of Encrypt under the context of this place (wires.md §5). Throws the AWS faults of §5. */
  wrap(key: AmazonKey, place: KekPlace, plaintext: Buffer): Promise<Buffer>;
  /** The plaintext, which the caller zeroes. Throws the AWS faults, or `hsm/unwrap-failed`. */
  unwrap(key: AmazonKey, place: KekPlace, wrapped: Buffer): Promise<Buffer>;
  /** Whether the key can be used. Throws the AWS faults. */
  probe(key: AmazonKey, how: { readonly light: boolean }): Promise<void>;
  diagnose(key: AmazonKey): Promise<KeyDiagnosis>;
  /** The organisation's own principal, or null when there is none for it here. */
  principal(organisationId: string): string | null;
}
