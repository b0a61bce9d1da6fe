// What an organisation's administrators set up before a published client's officer may read for others (docs/wires.md §10).
import { endpoints, fullToken, person } from './deployment.mjs';

const api = `${endpoints.identity}/api/v1`;

async function ask(method, path, admin, body) {
  const answer = await fetch(`${api}/${path}`, {
    method,
    headers: { authorization: `Bearer ${fullToken(person(admin).email)}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}`);
  return answer.status === 204 ? undefined : answer.json();
}

export const setRoles = (admin, local, roles) => ask('PUT', `people/${person(local).id}`, admin, { roles });

export const setFunction = (admin, purpose, enabled) =>
  ask('PUT', `organisation/functions/${purpose}`, admin, { enabled });

/** Opened by one administrator, approved by another. */
export async function approvedCase({ openedBy, approvedBy, officer, custodians }) {
  const { id } = await ask('POST', 'organisation/cases', openedBy, {
    reference: 'Conformance',
    officer: person(officer).id,
    custodians: custodians.map((local) => person(local).id),
    expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
  });
  await ask('POST', `organisation/cases/${id}/approval`, approvedBy);
  return id;
}

export const closeCase = (admin, id) => ask('DELETE', `organisation/cases/${id}`, admin);
