import type * as z from 'zod/mini';
import { checkWith } from '../json/parse-with.ts';
import type { KmsResponse } from './kms-response.ts';
import { masterKeyReply } from './master-key.ts';

/**
 * What a reply about main keys says to our clients (wires.md §12).
 * @throws CloisterError `wire/invalid-message`
 */
export const parseMasterKeyReply = ({ cloister }: Pick<KmsResponse, 'cloister'>): z.infer<typeof masterKeyReply> =>
  checkWith(masterKeyReply, cloister ?? {});
