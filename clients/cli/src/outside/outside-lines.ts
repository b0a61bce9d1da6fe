import type { OutsideOrganisation, OutsideOverview, OutsidePeer, OutsidePolicy } from '@cloister/wire';
import { table } from '../print.ts';

/** What an organisation decided about others, whom it met, and the key servers there are, as people read it. */
export const outsideLines = (overview: OutsideOverview): string[] => [
  policyText(overview.policy),
  ...(overview.organisations.length === 0
    ? ['no rooms were ever shared with another organisation']
    : table(overview.organisations.map((each) => rowOf(each, overview.policy)))),
  ...overview.peers.flatMap(peerLines),
];

/** Whom people may meet, as a sentence. */
export const policyText = ({ mode, domains }: OutsidePolicy): string => {
  switch (mode) {
    case 'everybody':
      return 'your people may meet everybody';
    case 'listed':
      return `your people may meet organisations of: ${domains.length === 0 ? 'no domain yet' : domains.join(', ')}`;
    case 'nobody':
      return 'your people may meet nobody of another organisation';
  }
};

/** What people call an organisation by on the command line, and type before it is paused. */
export const calledBy = ({ domains, id }: Pick<OutsideOrganisation, 'domains' | 'id'>): string => domains[0] ?? id;

/** The one predicate of wires §13, for saying beforehand what a change stops; the key server decides by its own. */
export const isMet = ({ domains, paused }: OutsideOrganisation, policy: OutsidePolicy): boolean => {
  if (paused !== undefined || policy.mode === 'nobody') return false;
  return policy.mode === 'everybody' || domains.some((domain) => policy.domains.includes(domain));
};

export const roomsText = (rooms: number): string => `${rooms} ${rooms === 1 ? 'room' : 'rooms'}`;

const rowOf = (each: OutsideOrganisation, policy: OutsidePolicy): string[] => [
  calledBy(each),
  each.name,
  each.paused !== undefined ? `paused since ${day(each.paused.at)}` : isMet(each, policy) ? 'met' : 'not allowed',
  roomsText(each.rooms),
  each.metAt === undefined ? 'never met' : `since ${day(each.metAt)}`,
];

/** A key that was replaced is what an administrator wants to see. */
const peerLines = ({ kmsHost, fingerprint, firstSeenAt, earlier }: OutsidePeer): string[] => [
  `key server ${kmsHost}  ${fingerprint}  since ${day(firstSeenAt)}`,
  ...earlier.map((before) => `  before: ${before.fingerprint}  until ${day(before.until)}`),
];

const day = (moment: string): string => moment.slice(0, 10);
