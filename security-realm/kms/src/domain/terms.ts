import { CloisterError, type KmsRequest } from '@cloister/wire';
import type { Asked } from './asked.ts';

/** On which terms authorizations are made. */
export type Terms = {
  /** When they end; null for never. */
  readonly expiresAt: Date | null;
  /** How many name nobody, and when those end: always, and soon. */
  readonly anonymous: number;
  readonly anonymousUntil: Date;
};

type Stated = Pick<Extract<KmsRequest, { operation: 'createResource' }>, 'ttl' | 'anonymous' | 'roleUri'>;

const MINUTE = 60;
const DAY = 24 * 3600;
const longest = { named: 366 * DAY, anonymous: 7 * DAY };
const DEFAULT_ANONYMOUS = DAY;
/** The draft's default, and the only role there is: who is authorized may read. */
const PARTICIPANT = 'participant';

const refuse = (detail: string): CloisterError => new CloisterError('kms/invalid-request', { detail });

/**
 * The draft's `ttl`, `anonymous` and `roleUri` (kms.md §1.6): "If a requested TTL value is not within the server's
 * acceptable range, it SHOULD respond with a 400 and response message indicating the server's acceptable range." In a room
 * nobody stands without a name or for a time: the core's roster has to explain everybody.
 * @throws CloisterError `kms/invalid-request`
 */
export const parseTerms = (
  { ttl = 0, anonymous = 0, roleUri = PARTICIPANT }: Stated,
  resource: { readonly roomId: string | null; readonly expiresAt: Date | null },
  part: Asked['part']['kind'],
  now: Date,
): Terms => {
  if (roleUri !== PARTICIPANT) throw refuse(`the role is not known; there is ${PARTICIPANT}`);
  if (ttl === 0 && anonymous === 0) return { expiresAt: null, anonymous, anonymousUntil: now };
  if (resource.roomId !== null || part !== 'message') {
    throw refuse('in a room everybody has a name, and stays until removed');
  }
  const most = anonymous > 0 ? longest.anonymous : longest.named;
  if (ttl !== 0 && (ttl < MINUTE || ttl > most)) throw refuse(`a ttl is ${MINUTE} to ${most} seconds`);
  const until = (seconds: number) => sooner(new Date(now.getTime() + seconds * 1000), resource.expiresAt);
  return {
    expiresAt: ttl === 0 ? null : until(ttl),
    anonymous,
    anonymousUntil: until(ttl === 0 ? DEFAULT_ANONYMOUS : ttl),
  };
};

const sooner = (a: Date, b: Date | null): Date => (b !== null && b < a ? b : a);
