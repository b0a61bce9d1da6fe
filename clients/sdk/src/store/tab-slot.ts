/**
 * A number this tab alone holds, from 0. Tabs of one browser share a session, but each needs a device of its own: its
 * event socket, its keys and its outbox. The lock ends with the tab.
 */
export interface TabSlot {
  readonly slot: number;
  release(): void;
}

const mostTabs = 64;

/** Takes the lowest free slot. Where there are no Web Locks there is one tab. */
export const claimTabSlot = async (name: string): Promise<TabSlot> => {
  const locks = globalThis.navigator?.locks;
  if (locks === undefined) return { slot: 0, release: () => {} };
  for (let slot = 0; slot < mostTabs; slot += 1) {
    const release = await claim(locks, `${name}/${slot}`);
    if (release !== undefined) return { slot, release };
  }
  return { slot: mostTabs, release: () => {} };
};

/** Runs `work` if no tab holds that slot. */
export const ifSlotIsFree = async (name: string, slot: number, work: () => Promise<void>): Promise<void> => {
  await globalThis.navigator?.locks?.request(`${name}/${slot}`, { ifAvailable: true }, async (lock) => {
    if (lock !== null) await work();
  });
};

const claim = (locks: LockManager, lockName: string): Promise<(() => void) | undefined> =>
  new Promise((resolve) => {
    void locks.request(lockName, { ifAvailable: true }, (lock) => {
      if (lock === null) return resolve(undefined);
      // The lock is held until this promise ends.
      return new Promise<void>((release) => resolve(release));
    });
  });
