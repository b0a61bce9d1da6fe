/** What clients ask for, how many faults may happen meanwhile, and which moments must come up in it. */
export interface Configuration {
  readonly scenario: string;
  /** Frames lost or doubled, timeouts that come too early, processes killed: this many in all, at any time. */
  readonly faults: number;
  /** Exactly these `moment:` comments of the model are reached. */
  readonly moments: readonly string[];
}

const asked = ['late copy recalled', 'unknown operation closed'];
const removed = ['remove applied', 'remove refused'];
const added = ['add applied', 'other refused'];
const leaver = ['leaver removed', 'removal told again'];

export const configurations: readonly Configuration[] = [
  { scenario: 'REMOVE_AND_ADD', faults: 4, moments: [...asked, ...removed, ...added, 'retried while pending'] },
  { scenario: 'EACH_OTHER', faults: 2, moments: [...asked, ...removed, ...added] },
  {
    scenario: 'KEYS',
    faults: 3,
    moments: [...asked, ...removed, 'key bound', 'other refused', 'key fetched in time', 'key goes stale'],
  },
  {
    scenario: 'KEY_TWICE',
    faults: 1,
    moments: [...asked, ...removed, 'key bound', 'other refused', 'key fetched in time', 'key goes stale'],
  },
  { scenario: 'DELIVERY', faults: 2, moments: [...asked, ...removed, ...added] },
  { scenario: 'LEAVER', faults: 2, moments: [...asked, ...removed, ...added, ...leaver] },
  { scenario: 'LEAVER_FOR_GOOD', faults: 2, moments: [...asked, ...added, ...leaver] },
  { scenario: 'NEWCOMER_LEAVES', faults: 3, moments: [...asked, ...added, ...leaver] },
];

/** A fault planted in the protocol, the scenario that shows it, and the claim that breaks (README.md). */
export interface PlantedFault {
  readonly fault: string;
  readonly scenario: string;
  readonly breaks: RegExp;
}

/** Both halves do not settle on the same list, or something stays pending. */
const neverSettles = /acceptance cycle/;

export const plantedFaults: readonly PlantedFault[] = [
  { fault: 'APPLIES_ON_TIMEOUT', scenario: 'REMOVE_AND_ADD', breaks: /timesApplied|acceptance cycle/ },
  { fault: 'REFUSES_ON_TIMEOUT', scenario: 'REMOVE_AND_ADD', breaks: neverSettles },
  { fault: 'FORWARDS_FIRST', scenario: 'REMOVE_AND_ADD', breaks: neverSettles },
  { fault: 'UNKNOWN_NOT_CLOSED', scenario: 'REMOVE_AND_ADD', breaks: neverSettles },
  { fault: 'FORGETS_CLOSED', scenario: 'REMOVE_AND_ADD', breaks: neverSettles },
  { fault: 'NOT_IDEMPOTENT', scenario: 'REMOVE_AND_ADD', breaks: /timesApplied/ },
  { fault: 'CONCLUDES_TWICE', scenario: 'REMOVE_AND_ADD', breaks: /timesLogged/ },
  { fault: 'NO_SUSPENSION', scenario: 'DELIVERY', breaks: /seen<=heldAt/ },
  { fault: 'LATE_KEY_IS_FRESH', scenario: 'KEYS', breaks: /xHoldsKey/ },
  { fault: 'REBINDS_OLD_KEY', scenario: 'KEY_TWICE', breaks: /xHoldsKey/ },
  { fault: 'NO_DEFERRAL', scenario: 'NEWCOMER_LEAVES', breaks: neverSettles },
  { fault: 'RECEIPT_BEFORE_REMOVAL_TOLD', scenario: 'LEAVER', breaks: neverSettles },
  { fault: 'GRANTS_BEHIND_FEED', scenario: 'LEAVER_FOR_GOOD', breaks: /own==/ },
];
