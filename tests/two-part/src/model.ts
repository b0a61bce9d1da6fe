import { parseReceipt, type ReceiptClaims, receiptHash } from '@cloister/receipts';
import type { KeyUri, UserId } from '@cloister/wire';

/** Who may read a room and change its list, by the rules of docs/wires.md §9 alone. */
export interface Model {
  readonly members: ReadonlySet<UserId>;
  readonly moderators: ReadonlySet<UserId>;
  /** Counts the changes of the list. */
  readonly version: number;
  /** The version at the last departure. */
  readonly departure: number;
  /** Each key with the version at which it was bound. */
  readonly keys: ReadonlyMap<KeyUri, number>;
}

/** A receipt in its chain, and what the room was like afterwards. */
export interface Link {
  readonly claims: ReceiptClaims;
  readonly hash: string;
  readonly after: Model;
}

const empty: Model = { members: new Set(), moderators: new Set(), version: 0, departure: 0, keys: new Map() };

/**
 * The history that a resource's receipts tell, each step checked against the rules.
 * @throws when the chain has a gap or a fork, or a step was not allowed or led elsewhere than it says
 */
export const historyOf = async (receipts: readonly string[]): Promise<Link[]> => {
  const parsed = await Promise.all(
    receipts.map(async (jws) => ({ claims: parseReceipt(jws).claims, hash: await receiptHash(jws) })),
  );
  const history: Link[] = [];
  let [state, previous]: [Model, string | null] = [empty, null];
  while (history.length < parsed.length) {
    const next = parsed.filter(({ claims }) => claims.previous === previous);
    const [only] = next;
    if (next.length !== 1 || only === undefined) throw new Error(`${next.length} receipts follow ${previous}`);
    state = stepped(state, only.claims);
    history.push({ ...only, after: state });
    previous = only.hash;
  }
  return history;
};

const stepped = (before: Model, claims: ReceiptClaims): Model => {
  const after = apply(before, claims);
  demand(after.version === claims.authorizationVersion, `version ${after.version}`, claims);
  return after;
};

const apply = (before: Model, claims: ReceiptClaims): Model => {
  const { operation, actor, leaver } = claims;
  const subjects = claims.subjects.map(({ id }) => id);
  if (operation === 'create') return created(before, claims, subjects);
  if (leaver === undefined) demand(before.members.has(actor.id), 'by a member', claims);
  switch (operation) {
    case 'add': {
      demandModerator(before, claims);
      return grown(before, { members: new Set([...before.members, ...subjects]) });
    }
    case 'remove': {
      if (leaver === undefined && subjects.some((id) => id !== actor.id)) demandModerator(before, claims);
      const left = { members: without(before.members, subjects), moderators: without(before.moderators, subjects) };
      const after = grown(before, left);
      return after.version === before.version ? after : { ...after, departure: after.version };
    }
    case 'appoint':
      demandModerator(before, claims);
      demand(
        subjects.every((id) => before.members.has(id)),
        'of members',
        claims,
      );
      return grown(before, { moderators: new Set([...before.moderators, ...subjects]) });
    case 'dismiss':
      demandModerator(before, claims);
      return grown(before, { moderators: without(before.moderators, subjects) });
    case 'updateKey':
    case 'addKey': {
      const known = claims.keyUris.map((uri) => [uri, before.keys.get(uri) ?? before.version] as const);
      demand(known.length === 1 && known.every(([, bound]) => bound >= before.departure), 'of a fresh key', claims);
      return { ...before, keys: new Map([...before.keys, ...known]) };
    }
  }
};

const created = (before: Model, claims: ReceiptClaims, subjects: readonly UserId[]): Model => {
  demand(before === empty, 'first', claims);
  demand(subjects.includes(claims.actor.id), 'with its creator', claims);
  const keys = new Map(claims.keyUris.map((uri) => [uri, 1]));
  return { members: new Set(subjects), moderators: new Set(), version: 1, departure: 0, keys };
};

/** A list that is another one has the next version; one that is the same keeps it. */
const grown = (before: Model, change: Partial<Model>): Model => {
  const after = { ...before, ...change };
  const same = sameSet(before.members, after.members) && sameSet(before.moderators, after.moderators);
  return { ...after, version: same ? before.version : before.version + 1 };
};

const demandModerator = ({ moderators }: Model, claims: ReceiptClaims): void =>
  demand(moderators.size === 0 || moderators.has(claims.actor.id), 'by a moderator', claims);

const demand = (holds: boolean, what: string, { operation, operationId }: ReceiptClaims): void => {
  if (!holds) throw new Error(`the key server's ${operation} ${operationId} was not ${what}`);
};

const without = (all: ReadonlySet<UserId>, gone: readonly UserId[]) =>
  new Set([...all].filter((id) => !gone.includes(id)));

export const sameSet = <T>(a: ReadonlySet<T>, b: ReadonlySet<T>): boolean =>
  a.size === b.size && [...a].every((item) => b.has(item));
