import { signReaders } from '@cloister/receipts';
import { type CompactJws, type OrganisationId, purposes } from '@cloister/wire';
import type { KmsContext } from '../../context.ts';
import type { PeerRealm } from '../http/route.ts';

type Told = Pick<KmsContext, 'kmsHost' | 'organisations' | 'status' | 'receipts' | 'now'>;

/** Which machines organisations of ours let read, signed for the realm that asks (R344); of others there is nothing to say. */
export const giveReaders = (
  { kmsHost, organisations, status, receipts, now }: Told,
  peer: Pick<PeerRealm, 'kmsHost'>,
  organisationIds: readonly OrganisationId[],
): Promise<CompactJws[]> => {
  const own = [...new Set(organisationIds)].filter((id) => organisations.includes(id));
  const issuedAt = Math.floor(now().getTime() / 1000);
  const said = (organisationId: OrganisationId) => ({
    iss: kmsHost,
    aud: peer.kmsHost,
    organisationId,
    functions: purposes.filter((purpose) => status.isEnabled(organisationId, purpose)),
    issuedAt,
  });
  return Promise.all(own.map((id) => signReaders(said(id), receipts)));
};
