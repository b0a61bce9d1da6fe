import {
  type CaseId,
  type MachineId,
  type Member,
  parseCases,
  parseDomain,
  parseDomains,
  parseFunctions,
  parseInvitation,
  parseMe,
  parseMemberPage,
  parseUuid,
} from '@cloister/wire';
import { HttpClient } from '../http/http-client.ts';
import { textOf } from '../json.ts';
import { globalPlatform, type Platform } from '../platform.ts';
import type { Session } from '../session/session.ts';
import type { Administration } from './administration.ts';

/** Administration of the signed-in person's organisation. Reading who one is and which functions are on needs no right. */
export const openAdministration = (
  session: Pick<Session, 'deployment' | 'peopleToken' | 'fullToken' | 'refused'>,
  { platform = globalPlatform }: { readonly platform?: Platform } = {},
): Administration => {
  const refused = (token: string) => session.refused(token);
  const reading = new HttpClient({ platform, refused, token: () => session.peopleToken() });
  // The full token opens everything at identity: no other server ever sees it (wires.md §2).
  const changing = new HttpClient({ platform, refused, token: () => session.fullToken() });
  const base = `${session.deployment.identity}/api/v1`;
  const read = (http: HttpClient, path: string) => http.json({ method: 'GET', url: `${base}/${path}`, retries: 2 });
  const change = (method: 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown) =>
    changing.json({ method, url: `${base}/${path}`, ...(body === undefined ? {} : { body }) });
  const made = (answer: unknown) => textOf(answer, 'id');

  return {
    me: async () => parseMe(await read(reading, 'me')),
    people: async () => {
      const members: Member[] = [];
      let after: string | undefined;
      do {
        const query = after === undefined ? '' : `?after=${after}`;
        const { items, next } = parseMemberPage(await read(changing, `organisation/people${query}`));
        members.push(...items);
        after = next;
      } while (after !== undefined);
      return members;
    },
    invite: async (person) => parseInvitation(await change('POST', 'invitations', person)),
    changePerson: async (id, what) => void (await change('PUT', `people/${id}`, what)),
    functions: async () => parseFunctions(await read(reading, 'organisation/functions')),
    setFunction: async (purpose, enabled) =>
      void (await change('PUT', `organisation/functions/${purpose}`, { enabled })),
    addMachine: async (purpose, publicKey) =>
      parseUuid<MachineId>(made(await change('POST', 'organisation/machines', { purpose, publicKey }))),
    removeMachine: async (id) => void (await change('DELETE', `organisation/machines/${id}`)),
    cases: async () => parseCases(await read(changing, 'organisation/cases')),
    openCase: async ({ expiresAt, ...rest }) => {
      const body = { ...rest, expiresAt: expiresAt.toISOString() };
      return parseUuid<CaseId>(made(await change('POST', 'organisation/cases', body)));
    },
    approveCase: async (id) => void (await change('POST', `organisation/cases/${id}/approval`)),
    closeCase: async (id) => void (await change('DELETE', `organisation/cases/${id}`)),
    domains: async () => parseDomains(await read(changing, 'organisation/domains')),
    claimDomain: async (domain) => parseDomain(await change('POST', 'organisation/domains', { domain })),
    verifyDomain: async (domain) => parseDomain(await change('POST', `organisation/domains/${domain}/verification`)),
    removeDomain: async (domain) => void (await change('DELETE', `organisation/domains/${domain}`)),
  };
};
