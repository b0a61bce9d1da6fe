import { randomBytes } from 'node:crypto';
import type { Queries } from '@cloister/database';
import { kmsReply } from '@cloister/wire';
import type { KmsContext } from '../context.ts';
import type { Asked, RequestOf } from '../domain/asked.ts';
import type { Outcome } from '../domain/outcome.ts';
import { representKey } from '../domain/represent.ts';
import { contentKekVersion } from '../keys/content-kek-version.ts';
import { contentKeyPlace } from '../keys/content-key-place.ts';
import { contentShard } from '../keys/content-shard.ts';
import { sealUnder } from '../keys/key-vault.ts';
import { requireKeyOn } from '../master-keys/store/require-key-on.ts';
import { insertKeys, type KeyRow } from '../store/key-row.ts';

/** A key that is not bound to a resource by then is deleted. */
const UNBOUND_LIFETIME_MS = 60 * 60 * 1000;

/** `create /keys` (R281, R310): fresh AES-256 keys, for their maker alone until they are bound. */
export const createKeys = async (
  context: KmsContext,
  tx: Queries,
  { request, caller }: Asked<RequestOf<'createKeys'>>,
): Promise<Outcome> => {
  const { kmsHost, keks, newId } = context;
  const { personId, organisationId } = caller;
  const createdAt = context.now();
  const expiresAt = new Date(createdAt.getTime() + UNBOUND_LIFETIME_MS);
  await requireKeyOn(tx, organisationId);
  const version = await contentKekVersion(tx, organisationId, keks);
  const rows: KeyRow[] = [];
  for (let made = 0; made < request.count; made++) {
    const keyId = newId();
    const kek = await keks.current(organisationId, 'content', contentShard(keyId), version);
    const bytes = randomBytes(32);
    const sealed = sealUnder(kek, contentKeyPlace({ keyId, organisationId }), bytes);
    bytes.fill(0);
    const unbound = { resourceId: null, foreignResource: null, boundAt: null, isRevoked: false };
    const { clientId } = request.client;
    rows.push({ keyId, organisationId, ...sealed, creatorId: personId, clientId, createdAt, expiresAt, ...unbound });
  }
  await insertKeys(tx, rows);
  const keys = rows.map((row) => representKey(kmsHost, row, null));
  return {
    response: kmsReply.keysCreated(request.requestId, keys),
    keys: rows,
    resource: null,
    subjects: [],
    keyUris: keys.map(({ uri }) => uri),
  };
};
