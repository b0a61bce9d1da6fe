import type { Database } from '@cloister/database';
import type { UserId } from '@cloister/wire';
import type { AppAdmits } from '../broker/sign-in-policy.ts';
import { isOfDomain } from '../store/people.ts';

/** Apps named in `appDomains` are for people of that domain's organisation; the others are for everybody. */
export const appAdmission =
  (database: Database, appDomains: Readonly<Record<string, string>>): AppAdmits =>
  async (personId, redirectUri) => {
    const domain = appDomains[URL.parse(redirectUri)?.origin ?? ''];
    if (domain === undefined) return true;
    return isOfDomain(database, personId as UserId, domain);
  };
