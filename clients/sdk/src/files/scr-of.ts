import { type Scr, SecretKey } from '@cloister/seal';
import type { UploadedFile } from '../outbox/outbox-entry.ts';

/** The reference to seal for an uploaded file. */
export const scrOf = ({ scr: { k, iv, tag, aad, loc } }: UploadedFile): Scr => ({
  key: SecretKey.fromJwk({ kty: 'oct', k }, 'scr'),
  iv,
  tag,
  aad,
  loc,
});
