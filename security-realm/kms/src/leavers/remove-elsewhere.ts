import { isStale, type Leaver } from '@cloister/verify';
import { CloisterError } from '@cloister/wire';
import type { KmsContext } from '../context.ts';
import {
  claimDuePlaces,
  countPlaces,
  type DuePlace,
  deletePlace,
  postponePlaces,
} from '../federation/store/foreign-place-row.ts';
import { leaverNow, ownLeavers } from './own-leavers.ts';

/** Of one home in one round; the next round goes on. */
const MOST = 100;
/**
 * For how long no other node asks what this one is about to. A node that dies meanwhile holds its places up no longer than
 * that, and asking twice is harmless: who is not on the list is removed already.
 */
export const CLAIM_MS = 5_000;
const FIRST_WAIT_MS = 5_000;
/** A home that comes back has removed them within the minute in which everybody who leaves is gone (R332). */
const LONGEST_WAIT_MS = 30_000;

type Removing = { readonly signal?: AbortSignal | undefined; readonly random: () => number };

/**
 * Has everybody of ours who left removed from lists that are at home elsewhere (wires.md §13), and answers how many homes
 * have: each is asked until it has, a home out of reach less and less often. What is to be done are the places that home
 * last stated, so nothing is lost by a crash of either side.
 */
export const removeElsewhere = async (context: KmsContext, { signal, random }: Removing): Promise<number> => {
  const { database, databaseNow, status, now } = context;
  if (isStale(status, now().getTime())) return 0;
  const leavers = ownLeavers(context);
  if (leavers.size === 0) return 0;
  const at = await databaseNow(database);
  const people = [...leavers.values()].map(({ id }) => id);
  const due = await claimDuePlaces(database, { people, now: at, until: new Date(at.getTime() + CLAIM_MS), most: MOST });
  const homes = [...Map.groupBy(due, ({ kmsHost }) => kmsHost).values()];
  const counts = await Promise.all(homes.map((places) => atOneHome(context, places, leavers, { signal, random })));
  return counts.reduce((sum, count) => sum + count, 0);
};

/** How many places people who left still have on lists elsewhere, as far as their homes said. */
export const placesOfLeavers = async (context: KmsContext): Promise<number> => {
  const people = [...ownLeavers(context).values()].map(({ id }) => id);
  return people.length === 0 ? 0 : countPlaces(context.database, people);
};

/** One after the other; a home that is out of reach is not asked for the rest. */
const atOneHome = async (
  context: KmsContext,
  places: readonly DuePlace[],
  leavers: ReadonlyMap<string, Leaver>,
  { signal, random }: Removing,
): Promise<number> => {
  const { database, log } = context;
  let count = 0;
  for (const [index, place] of places.entries()) {
    const leaver = leaverNow(context, leavers.get(place.personId));
    if (leaver === null || signal?.aborted) continue;
    try {
      const isRemoved = await ask(context, place, leaver);
      if (isRemoved) {
        await deletePlace(database, place);
        count += 1;
      } else await postpone(context, [place], random);
    } catch (error) {
      log.failure('leaver.not-removed-elsewhere', error, { kmsHost: place.kmsHost });
      await postpone(context, places.slice(index), random);
      break;
    }
  }
  return count;
};

const ask = async (
  { askPeer, log }: KmsContext,
  { kmsHost, resourceUri }: DuePlace,
  { id, organisationId, entry }: Leaver,
): Promise<boolean> => {
  const body = { resourceUri, subject: { id, organisationId }, leaver: { entry } };
  const answer = await askPeer(kmsHost, { method: 'POST', path: '/federation/v1/removals', body, answer: null });
  if (answer.isRefused) {
    log.failure('leaver.not-removed-elsewhere', new CloisterError('kms/peer-refused', { detail: answer.code }), {
      kmsHost,
    });
  }
  return !answer.isRefused;
};

/** Each wait is twice the one before, with a jitter: homes that come back are not asked by everybody at once. */
const postpone = async (
  { database, databaseNow }: KmsContext,
  places: readonly DuePlace[],
  random: () => number,
): Promise<void> => {
  const [first] = places;
  if (first === undefined) return;
  const wait = Math.min(FIRST_WAIT_MS * 2 ** Math.min(first.attempts, 16), LONGEST_WAIT_MS) * (0.5 + random() / 2);
  await postponePlaces(database, places, new Date((await databaseNow(database)).getTime() + wait));
};
