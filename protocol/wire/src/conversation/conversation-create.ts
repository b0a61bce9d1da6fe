import * as z from 'zod/mini';
import { CloisterError } from '../errors/cloister-error.ts';
import type { RoomId, UserId } from '../ids.ts';
import { type CompactJwe, compactJwe } from '../json/compact.ts';
import type { JsonObject } from '../json/json-value.ts';
import { checkWith, parseWith } from '../json/parse-with.ts';
import type { Untrusted } from '../json/read-json.ts';
import { jsonObject, list, text, uuid } from '../json/schemas.ts';
import { maxKmsMessageLength } from '../kms/kms-relay.ts';
import { instanceUriOf, type KeyUri } from '../kms-uri/instance-uri.ts';
import { personObject } from './activity-object.ts';
import type { ActivityRequest } from './activity-request.ts';
import { cloisterMember } from './cloister-member.ts';
import { parseActivityRequest } from './parse-activity-request.ts';
import { sealedText } from './sealed-text.ts';

/** A room to be created (kms.md §3.6). */
export interface ConversationCreate {
  /** The id our clients choose; the core chooses it for published clients. */
  readonly roomId?: RoomId | undefined;
  readonly title?: { readonly displayName: CompactJwe | ''; readonly keyUri: KeyUri } | undefined;
  /** The room's first default key. */
  readonly keyUri: KeyUri;
  /** Everybody named, each once, in the order sent; the creator may be among them. */
  readonly members: readonly UserId[];
  /** First messages. */
  readonly posts: readonly (ActivityRequest & { verb: 'post' | 'share' })[];
  readonly oneOnOne: boolean;
  readonly tags: readonly string[];
  /** What our clients say beside the room's id: opaque to the core, kept with the entry of the creation. */
  readonly cloister?: JsonObject | undefined;
  /** The sealed `create /resources` for the key server. */
  readonly sealed: CompactJwe;
}

/** A room of a thousand, with the sealed request that authorizes them. */
export const maxConversationCreateBytes = 1024 * 1024;

const create = z.object({
  displayName: z.optional(sealedText()),
  encryptionKeyUrl: z.optional(instanceUriOf('keys')),
  defaultActivityEncryptionKeyUrl: z.optional(instanceUriOf('keys')),
  activities: z.optional(z.object({ items: list(jsonObject(), 2100) })),
  participants: z.optional(z.object({ items: z.optional(list(personObject, 2000)) })),
  tags: z.optional(list(text(64), 32)),
  kmsMessage: compactJwe(maxKmsMessageLength),
  cloister: cloisterMember,
});

const chosen = z.object({ roomId: z.optional(uuid<RoomId>()) });

const addActivity = z.object({ object: personObject });

/**
 * The typed form of `POST C/conversations`.
 * @throws CloisterError with a `wire/…` code
 */
export const parseConversationCreate = (input: Untrusted): ConversationCreate => {
  const body = parseWith(create, input, maxConversationCreateBytes);
  const keyUri = body.defaultActivityEncryptionKeyUrl ?? body.encryptionKeyUrl;
  if (keyUri === undefined) {
    throw new CloisterError('wire/invalid-message', { detail: 'member defaultActivityEncryptionKeyUrl' });
  }
  const items = body.activities?.items ?? [];
  const added = items.filter(({ verb }) => verb === 'add').map((item) => checkWith(addActivity, item).object.id);
  const listed = (body.participants?.items ?? []).map(({ id }) => id);
  const tags = body.tags ?? [];
  const { roomId: _, ...cloister } = body.cloister ?? {};
  return {
    roomId: checkWith(chosen, body.cloister ?? {}).roomId,
    title:
      body.displayName === undefined
        ? undefined
        : { displayName: body.displayName, keyUri: body.encryptionKeyUrl ?? keyUri },
    keyUri,
    members: [...new Set([...added, ...listed])],
    posts: items.flatMap(firstPost),
    oneOnOne: tags.includes('ONE_ON_ONE'),
    tags,
    ...(Object.keys(cloister).length === 0 ? {} : { cloister }),
    sealed: body.kmsMessage,
  };
};

/** Messages among the items. `create` says nothing, `add` is read above, marks such as `favorite` are not offered and skipped. */
const firstPost = (item: unknown): (ActivityRequest & { verb: 'post' | 'share' })[] => {
  const verb = (item as { verb?: unknown }).verb;
  if (verb !== 'post' && verb !== 'share') return [];
  const request = parseActivityRequest(item);
  return request.verb === 'post' || request.verb === 'share' ? [request] : [];
};
