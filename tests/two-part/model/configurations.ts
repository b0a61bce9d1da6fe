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

/** Faults planted in the protocol together, the scenario that shows it, and the claim that breaks (README.md). */
export interface PlantedFault {
  readonly planted: readonly string[];
  readonly scenario: string;
  readonly breaks: RegExp;
}

/** Both halves do not settle on the same list, or something stays pending. */
const neverSettles = /acceptance cycle/;

export const plantedFaults: readonly PlantedFault[] = [
  { planted: ['APPLIES_ON_TIMEOUT'], scenario: 'REMOVE_AND_ADD', breaks: /timesApplied|acceptance cycle/ },
  { planted: ['REFUSES_ON_TIMEOUT'], scenario: 'REMOVE_AND_ADD', breaks: neverSettles },
  { planted: ['FORWARDS_FIRST'], scenario: 'REMOVE_AND_ADD', breaks: neverSettles },
  { planted: ['UNKNOWN_NOT_CLOSED'], scenario: 'REMOVE_AND_ADD', breaks: neverSettles },
  { planted: ['FORGETS_CLOSED'], scenario: 'REMOVE_AND_ADD', breaks: neverSettles },
  { planted: ['NOT_IDEMPOTENT'], scenario: 'REMOVE_AND_ADD', breaks: /timesApplied/ },
  { planted: ['CONCLUDES_TWICE'], scenario: 'REMOVE_AND_ADD', breaks: /timesLogged/ },
  { planted: ['NO_SUSPENSION'], scenario: 'DELIVERY', breaks: /seen<=heldAt/ },
  { planted: ['LATE_KEY_IS_FRESH'], scenario: 'KEYS', breaks: /xHoldsKey/ },
  { planted: ['REBINDS_OLD_KEY'], scenario: 'KEY_TWICE', breaks: /xHoldsKey/ },
  { planted: ['NO_DEFERRAL', 'OLD_WORD_STANDS'], scenario: 'NEWCOMER_LEAVES', breaks: neverSettles },
  { planted: ['RECEIPT_BEFORE_REMOVAL_TOLD', 'OLD_WORD_STANDS'], scenario: 'LEAVER', breaks: neverSettles },
  { planted: ['GRANTS_BEHIND_FEED'], scenario: 'LEAVER_FOR_GOOD', breaks: /own==/ },
];

/** Where two defences stand behind each other, one of them is enough: these break nothing by themselves (ADR 5). */
export const spareDefences: readonly Omit<PlantedFault, 'breaks'>[] = [
  { planted: ['NO_DEFERRAL'], scenario: 'NEWCOMER_LEAVES' },
  { planted: ['RECEIPT_BEFORE_REMOVAL_TOLD'], scenario: 'LEAVER' },
  { planted: ['OLD_WORD_STANDS'], scenario: 'LEAVER' },
];
