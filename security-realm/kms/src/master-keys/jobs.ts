import type { MainKey } from '@cloister/hsm';
import type { KmsContext } from '../context.ts';
import type { Hsm } from '../keys/hsm.ts';
import { AmazonProber } from './amazon/prober.ts';
import type { Lease } from './revocation/lease.ts';
import type { FrozenOrganisation } from './revocation/revocation-watch.ts';
import type { Breath } from './rotation/breath.ts';
import { rotate } from './rotation/rotate.ts';
import { type MasterKeyNumbers, masterKeyNumbers } from './store/numbers.ts';
import { transition } from './store/transition.ts';
import { runTimers } from './timers/run-timers.ts';

/** What a node does about main keys by itself. Each is one round; when, is for the server (`keepMasterKeys`). */
export type MasterKeyJobs = {
  /** Looks at the epochs (wires.md §12). Never throws. */
  look(): Promise<void>;
  /** Uses no key any more, and is not waited for. */
  leave(): Promise<void>;
  /** The organisations that were frozen at the last look. */
  frozen(): readonly FrozenOrganisation[];
  /** Hears of each that becomes frozen; the result stops that. */
  onFrozen(listener: (frozen: FrozenOrganisation) => void): () => void;
  /** Moves KEKs out of keys in rotation, and answers how many. */
  rotate(signal?: AbortSignal): Promise<number>;
  /** Does what is due; false when another node is at it. */
  runTimers(): Promise<boolean>;
  /** Probes keys at Amazon that are due, and answers how many. */
  probe(): Promise<number>;
  /** A use of a key was denied at Amazon: probes it now. Never throws. */
  useDenied(keyId: string): Promise<void>;
  numbers(): Promise<MasterKeyNumbers>;
  /** Milliseconds since the last successful look began. */
  leaseAgeMs(): number;
  /** Probes that told nothing of a key, since the process began. */
  proberFaults(): number;
};

export type JobParts = {
  readonly hsm: Hsm;
  readonly lease: Lease;
  /** The realm's default main key. */
  readonly defaultKey: MainKey;
  readonly random: () => number;
  readonly breath: Breath;
  /** KEKs that are rewrapped in one transaction. */
  readonly batchSize?: number | undefined;
};

export const openMasterKeyJobs = (context: KmsContext, parts: JobParts): MasterKeyJobs => {
  const { database, databaseNow, log, revocation } = context;
  const { hsm, lease, defaultKey, random, breath, batchSize } = parts;
  const byItself = (tx: Parameters<typeof transition>[1], ...[organisationId, event]: Happening) =>
    transition(context, tx, organisationId, event, null);
  const carryOut = async (...happening: Happening) => {
    await database.transaction((tx) => byItself(tx, ...happening));
  };
  const shared = { database, databaseNow, hsm, log, transition: byItself };
  const prober = new AmazonProber({ ...shared, carryOut, random });
  return {
    look: revocation.look,
    leave: () => revocation.leave(),
    frozen: () => revocation.frozen,
    onFrozen: (listener) => revocation.onFrozen(listener),
    rotate: (signal) => rotate({ ...shared, defaultKey, requireLease: lease.require, breath, batchSize }, signal),
    runTimers: () => runTimers(shared),
    probe: () => prober.probeDue(),
    useDenied: prober.useDenied,
    numbers: async () => masterKeyNumbers(database, defaultKey.keyId, await databaseNow(database)),
    leaseAgeMs: () => lease.ageMs,
    proberFaults: () => prober.faults,
  };
};

type Happening = [organisationId: string, event: Parameters<typeof transition>[3]];
