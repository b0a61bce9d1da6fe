import type { Evaluation } from '../evaluation.ts';
import { type Finding, finding } from './finding.ts';
import { Sick } from './sick.ts';

/** Proofs of possession and tokens are dated; servers take a few minutes of difference at most. */
const most = 30_000;

/** The servers' clock against this one's, from the Date header (RFC 9110 §6.6.1, whole seconds). */
export const checkClock = ({ endpoints }: Evaluation): Promise<Finding> =>
  finding(
    'clock',
    async () => {
      const asked = Date.now();
      const response = await fetch(`${endpoints.catalogue}/limited/catalog?format=hostmap`);
      await response.body?.cancel();
      const between = (asked + Date.now()) / 2;
      const theirs = Date.parse(response.headers.get('date') ?? '');
      if (!Number.isFinite(theirs)) throw new Sick('the core tells no time');
      // The header is cut to whole seconds.
      const apart = Math.abs(theirs + 500 - between);
      if (apart > most) throw new Sick(`${Math.round(apart / 1000)} s apart from the servers`);
      return `within ${Math.max(1, Math.ceil(apart / 1000))} s of the servers`;
    },
    'set this machine and the servers by the same time service',
  );
