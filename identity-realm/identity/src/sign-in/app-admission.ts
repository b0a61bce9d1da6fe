import { type Database, sql } from '@cloister/database';
import type { UserId } from '@cloister/wire';
import type { AppAdmits } from '../broker/sign-in-policy.ts';

/** Apps named in `appDomains` are for people of that domain's organisation; the others are for everybody. */
export const appAdmission =
  (database: Database, appDomains: Readonly<Record<string, string>>): AppAdmits =>
  async (personId, redirectUri) => {
    const domain = appDomains[URL.parse(redirectUri)?.origin ?? ''];
    if (domain === undefined) return true;
    const member = await database.maybe(sql`
      SELECT 1 FROM people p JOIN domains d USING (organisation_id)
      WHERE p.id = ${personId as UserId} AND d.domain = ${domain}`);
    return member !== null;
  };
