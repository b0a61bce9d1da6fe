import { importReceiptPublicKey, type ReceiptKey, type ReceiptPublicJwk } from '@cloister/receipts';
import { type OrganisationId, parseKmsHost, parseUuid } from '@cloister/wire';
import type { CoreConfig } from './config.ts';
import { Realms } from './domain/realms.ts';

/** The realms of the configuration, their receipt keys ready to verify with. */
export const openRealms = async (config: CoreConfig): Promise<Realms<ReceiptKey>> =>
  new Realms(
    await Promise.all(
      config.realms.map(async ({ kmsHost, organisationIds, receiptKey }) => ({
        kmsHost: parseKmsHost(kmsHost),
        organisationIds: organisationIds.map((id) => parseUuid<OrganisationId>(id)),
        receipt: { kid: receiptKey.kid, key: await importReceiptPublicKey(receiptKey as ReceiptPublicJwk) },
      })),
    ),
  );
