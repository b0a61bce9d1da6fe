import { CloisterError, type ErrorCode, parseWith } from '@cloister/wire';
import * as z from 'zod/mini';

const me = z.object({ roles: z.array(z.string()), organisation: z.object({ id: z.string(), name: z.string() }) });
const member = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  roles: z.array(z.string()),
  active: z.boolean(),
});
const page = z.object({ items: z.array(member), next: z.optional(z.string()) });
const invitation = z.object({ link: z.string(), expiresAt: z.string() });

export type Me = z.infer<typeof me>;
export type Member = z.infer<typeof member>;
export type Invitation = z.infer<typeof invitation>;

/** Whom to invite. */
export interface Invite {
  readonly name: string;
  readonly email: string;
  readonly administrator: boolean;
}

/** How the API is reached: its base address and the tokens it takes (identity's README). */
export interface IdentityAccess {
  readonly base: string;
  readonly peopleToken: () => Promise<string>;
  readonly fullToken: () => Promise<string>;
  readonly fetch: typeof fetch;
}

const refusals: Record<number, ErrorCode> = {
  400: 'identity/invalid-request',
  401: 'client/not-signed-in',
  403: 'identity/forbidden',
  409: 'identity/conflict',
  429: 'identity/too-many',
};

/** What the administration page asks identity. Every method rejects with a CloisterError. */
export function identityApi({ base, peopleToken, fullToken, fetch }: IdentityAccess) {
  const ask = async (path: string, token: string, body?: unknown): Promise<string> => {
    const answer = await fetch(`${base}/api/v1/${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }).catch((cause: unknown) => {
      throw new CloisterError('client/offline', { cause });
    });
    if (answer.ok) return answer.text();
    throw new CloisterError(refusals[answer.status] ?? 'identity/unavailable');
  };
  return {
    me: async (): Promise<Me> => parseWith(me, await ask('me', await peopleToken())),
    /** Everyone of the organisation, over all pages. */
    people: async (): Promise<Member[]> => {
      const members: Member[] = [];
      let after: string | undefined;
      do {
        const query = after === undefined ? '' : `?after=${encodeURIComponent(after)}`;
        const { items, next } = parseWith(page, await ask(`organisation/people${query}`, await fullToken()));
        members.push(...items);
        after = next;
      } while (after !== undefined);
      return members;
    },
    invite: async ({ name, email, administrator }: Invite): Promise<Invitation> => {
      const roles = administrator ? ['member', 'full-admin'] : ['member'];
      return parseWith(invitation, await ask('invitations', await fullToken(), { name, email, roles }));
    },
  };
}

export type IdentityApi = ReturnType<typeof identityApi>;
