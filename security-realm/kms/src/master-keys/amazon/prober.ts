import type { Database, Queries } from '@cloister/database';
import { denialReasonOf, type HsmClient } from '@cloister/hsm';
import type { Log } from '@cloister/logging';
import type { MasterKeyEvent } from '../domain/master-key-event.ts';
import { claimDueProbes, claimProbe, type ProbedKey, saveSuspicion } from '../store/probe-row.ts';
import { isOff, judge, type Sight } from './judge.ts';

export type ProberParts = {
  readonly database: Database;
  readonly hsm: Pick<HsmClient, 'probe'>;
  readonly databaseNow: (queries: Queries) => Promise<Date>;
  /** Carries out an event, with everything that follows from it. */
  readonly carryOut: (organisationId: string, event: MasterKeyEvent) => Promise<void>;
  readonly random: () => number;
  readonly log: Log;
};

/** A node has so long for what it claimed; if it ends before, another probes it then. */
const CLAIM_MS = 90_000;
const AT_ONCE = 8;

/** Follows the keys at Amazon (byok.md §2.2, R064): what Amazon turned off is off here too, and back when it is back. */
export class AmazonProber {
  readonly #parts: ProberParts;
  readonly #inUse = new Map<string, Promise<void>>();
  /** Probes that told nothing, since the process began: our credential, or Amazon not to be reached. */
  faults = 0;

  constructor(parts: ProberParts) {
    this.#parts = parts;
  }

  /** Probes every key whose time has come; nodes divide them. Answers how many. */
  async probeDue(): Promise<number> {
    const { database, databaseNow } = this.#parts;
    let count = 0;
    for (;;) {
      const at = await databaseNow(database);
      const due = await claimDueProbes(database, { at, until: claimedUntil(at), limit: AT_ONCE });
      await Promise.all(due.map((key) => this.#probe(key, false)));
      count += due.length;
      if (due.length < AT_ONCE) return count;
    }
  }

  /** A use of the key was denied: it is probed at once. Uses that are denied together are one. Never throws. */
  readonly useDenied = (keyId: string): Promise<void> => {
    const { database, databaseNow, log } = this.#parts;
    const probe = async () => {
      try {
        const key = await claimProbe(database, keyId, claimedUntil(await databaseNow(database)));
        if (key !== null) await this.#probe(key, true);
      } catch (error) {
        log.failure('amazon.probe-failed', error, { keyId });
      } finally {
        this.#inUse.delete(keyId);
      }
    };
    const probing = this.#inUse.get(keyId) ?? probe();
    this.#inUse.set(keyId, probing);
    return probing;
  };

  async #probe(key: ProbedKey, inUse: boolean): Promise<void> {
    const { database, databaseNow, carryOut, random, log } = this.#parts;
    const { keyId, organisationId } = key;
    try {
      const sight = await this.#sight(key, inUse);
      const at = await databaseNow(database);
      const { verdict, againMs, ...suspicion } = judge(key, sight, at, random);
      await saveSuspicion(database, key, { ...suspicion, probeAt: new Date(at.getTime() + againMs) });
      if (sight.seen === 'denied') log.event('amazon.denied', { keyId, organisationId, reason: sight.reason }, 'warn');
      if (verdict === 'ok') await carryOut(organisationId, { type: 'amazonOk', keyId });
      if (verdict === 'denied' && sight.seen === 'denied') {
        await carryOut(organisationId, { type: 'amazonDenied', keyId, reason: sight.reason });
      }
    } catch (error) {
      this.faults += 1;
      log.failure('amazon.probe-failed', error, { keyId, organisationId });
    }
  }

  /**
   * By DescribeKey alone, which is free of the quota that uses are counted by; where something is about to change, by
   * use too. Throws for what says nothing of the key: "OUR credential fault: never blame the customer's key".
   */
  async #sight(key: ProbedKey, inUse: boolean): Promise<Sight> {
    const { hsm } = this.#parts;
    try {
      await hsm.probe(key, { light: true });
      if (isOff(key) || inUse || key.deniedSince !== null) await hsm.probe(key);
      return { seen: 'ok' };
    } catch (error) {
      const reason = denialReasonOf(error);
      if (reason === null) throw error;
      return { seen: 'denied', reason, inUse };
    }
  }
}

const claimedUntil = (at: Date): Date => new Date(at.getTime() + CLAIM_MS);
