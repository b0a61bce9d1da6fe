import type { OutsideManagement } from '@cloister/sdk';
import {
  CloisterError,
  type DomainName,
  type ErrorCode,
  type KmsHost,
  type OrganisationId,
  type OutsideOverview,
  type OutsidePolicy,
} from '@cloister/wire';
import { userId } from './entries.ts';

const moment = '2026-11-02T09:30:00.000Z';
const domain = (name: string) => name as DomainName;
const id = (number: number) => `0a000000-0000-4000-8000-00000000000${number}` as OrganisationId;

const met: OutsideOverview = {
  version: 4,
  policy: { mode: 'everybody', domains: [] },
  organisations: [
    {
      id: id(2),
      name: 'Globex',
      domains: ['globex.example', 'globex.test'].map(domain),
      kmsHost: 'kms.globex.example' as KmsHost,
      metAt: moment,
      rooms: 4,
    },
    {
      id: id(3),
      name: 'Initech',
      domains: [domain('initech.example')],
      kmsHost: 'kms.initech.example' as KmsHost,
      metAt: moment,
      rooms: 1,
      paused: { at: '2026-11-20T16:05:00.000Z', by: userId(1) },
    },
  ],
  peers: [
    {
      kmsHost: 'kms.globex.example' as KmsHost,
      fingerprint: 'XohImNooBHFR0OVvjcYpJ3NgPQ1qq73WKhHvch0VQtg',
      firstSeenAt: moment,
      seenAt: '2026-11-22T08:00:00.000Z',
      earlier: [{ fingerprint: 'kHFR0OVvjcYpJ3NgPQ1qq73WKhHvch0VQtgXohImNoo', until: '2026-11-19T08:00:00.000Z' }],
    },
  ],
};

/** Management of other organisations that talks to nobody, to look at its page; what is right its key server decides. */
export class ScriptedOutside implements OutsideManagement {
  #overview: OutsideOverview;
  /** While set, every question and change fails with this. */
  failure: ErrorCode | undefined;
  readonly asked: unknown[] = [];

  constructor(scene: 'met' | 'alone') {
    this.#overview = scene === 'met' ? met : { ...met, organisations: [], peers: [] };
  }

  overview = async (): Promise<OutsideOverview> => {
    this.#fail();
    return this.#overview;
  };

  setPolicy: OutsideManagement['setPolicy'] = async (policy, version) => {
    this.#ask('setPolicy', policy, version);
    return this.#change({ policy });
  };

  pause = async (paused: OrganisationId): Promise<OutsideOverview> => {
    this.#ask('pause', paused);
    return this.#put(paused, true);
  };

  resume = async (resumed: OrganisationId): Promise<OutsideOverview> => {
    this.#ask('resume', resumed);
    return this.#put(resumed, false);
  };

  /** Scripts another administrator's decision. */
  decideElsewhere(policy: OutsidePolicy): void {
    this.#change({ policy });
  }

  #put(of: OrganisationId, isPaused: boolean): OutsideOverview {
    const organisations = this.#overview.organisations.map(({ paused: _, ...one }) =>
      one.id === of && isPaused ? { ...one, paused: { at: moment, by: userId(1) } } : one,
    );
    return this.#change({ organisations });
  }

  #change(part: Partial<OutsideOverview>): OutsideOverview {
    this.#overview = { ...this.#overview, ...part, version: this.#overview.version + 1 };
    return this.#overview;
  }

  #ask(...asked: unknown[]): void {
    this.asked.push(asked);
    this.#fail();
  }

  #fail(): void {
    if (this.failure !== undefined) throw new CloisterError(this.failure);
  }
}
