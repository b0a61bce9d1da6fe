import type { Queries } from '@cloister/database';
import { base64url, type OutsideOrganisation, type OutsideOverview, type OutsidePeer } from '@cloister/wire';
import type { KmsContext } from '../../context.ts';
import { findFingerprints, findPeers, type PeerFingerprintRow, type PeerRow } from '../../federation/store/peer-row.ts';
import { findOutsidePolicy, type OutsideOrganisationRow, outsideOrganisations } from '../store/outside-row.ts';
import { sharedRooms } from '../store/shared-rooms-row.ts';

type Showing = Pick<KmsContext, 'status' | 'organisations' | 'kmsHost'>;

/** What an organisation decided about others, which ones it met, and the key servers that this one met. */
export const showOutside = async (context: Showing, queries: Queries, ownId: string): Promise<OutsideOverview> => {
  const { version, mode, domains } = await findOutsidePolicy(queries, ownId);
  const known = await outsideOrganisations(queries, ownId);
  const rooms = await sharedRooms(queries, ownId);
  const peers = await findPeers(queries);
  const fingerprints = await findFingerprints(queries);
  return {
    version,
    policy: { mode, domains },
    organisations: known.flatMap((row) => represent(context, row, rooms.get(row.organisationId) ?? 0)),
    peers: peers.map((peer) => representPeer(peer, fingerprints)),
  };
};

/** Where nobody knows its key server any more there is nothing to meet. */
const represent = (
  { status, organisations, kmsHost: ownHost }: Showing,
  { organisationId: id, kmsHost: lastHost, metAt, pausedAt, pausedBy }: OutsideOrganisationRow,
  rooms: number,
): OutsideOrganisation[] => {
  const kmsHost = organisations.includes(id) ? ownHost : (status.realmOf(id) ?? lastHost);
  if (kmsHost === null) return [];
  const { name = '', domains = [] } = status.organisation(id) ?? {};
  return [
    {
      id,
      name,
      domains: [...domains],
      kmsHost,
      ...(metAt === null ? {} : { metAt: metAt.toISOString() }),
      rooms,
      ...(pausedAt === null || pausedBy === null ? {} : { paused: { at: pausedAt.toISOString(), by: pausedBy } }),
    },
  ];
};

const representPeer = (peer: PeerRow, fingerprints: readonly PeerFingerprintRow[]): OutsidePeer => {
  const { kmsHost, fingerprint, firstSeenAt, seenAt } = peer;
  const earlier = fingerprints.filter((row) => row.kmsHost === kmsHost && !row.fingerprint.equals(fingerprint));
  return {
    kmsHost,
    fingerprint: base64url.encode(fingerprint),
    firstSeenAt: firstSeenAt.toISOString(),
    seenAt: seenAt.toISOString(),
    earlier: earlier.map((row) => ({
      fingerprint: base64url.encode(row.fingerprint),
      until: row.seenAt.toISOString(),
    })),
  };
};
