import * as z from 'zod/mini';
import type { RoomId, UserId } from '../ids.ts';
import { compactJws } from '../json/compact.ts';
import { text, uuid } from '../json/schemas.ts';

/** Who asks. `bearer` is a KMS token without the word Bearer; `proof` binds it to this channel (wires.md §2). */
export const kmsCredential = z.object({
  userId: z.optional(uuid<UserId>()),
  // A counted repetition would take twice as long.
  bearer: text(16_384).check(z.regex(/^[\x21-\x7e]+$/)),
  onBehalfOf: z.optional(uuid<UserId>()),
  proof: z.optional(compactJws(8192)),
});

/** What every KMS request carries beside its operation (kms.md §1.5). Members we do not know are dropped. */
export const kmsRequestFrame = z.object({
  requestId: text(256),
  method: z.enum(['create', 'retrieve', 'update', 'delete']),
  uri: text(1024),
  client: z.object({ clientId: text(1024), credential: kmsCredential }),
  cloister: z.optional(z.object({ roomId: z.optional(uuid<RoomId>()) })),
});

export type KmsCredential = z.infer<typeof kmsCredential>;
export type KmsMethod = z.infer<typeof kmsRequestFrame>['method'];
