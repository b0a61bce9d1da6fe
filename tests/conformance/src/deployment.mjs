// What every suite needs of the running deployment: its endpoints, and people signed in as a published client would be.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const project = fileURLToPath(new URL('../../..', import.meta.url));
const file = process.env.CLOISTER_ENDPOINTS;
if (file === undefined) throw new Error('CLOISTER_ENDPOINTS is not set: run these suites with npm run conformance');

export const endpoints = JSON.parse(readFileSync(file, 'utf8'));

/** A person of the organisation's, by the part of the e-mail before the @. */
export function person(local) {
  const found = endpoints.people.find(({ email }) => email.startsWith(`${local}@`));
  if (found === undefined) throw new Error(`nobody called ${local} in the deployment`);
  return found;
}

/** The full access token, as `cloister token` prints it. */
export function fullToken(email) {
  const printed = execFileSync(
    process.execPath,
    [`${project}clients/cli/src/main.ts`, 'token', email, '--data', dirname(file)],
    {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  return printed.trim().split('\n').at(-1);
}

/** One reduction by scope, without client authentication (kms.md §3.2). */
export async function reduced(token, scope) {
  const answer = await fetch(`${endpoints.oauth}/idb/oauth2/v1/access_token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'urn:cisco:oauth:grant-type:scope-reduction',
      token,
      scope,
      client_id: endpoints.client.id,
      self_contained_token: 'true',
    }),
  });
  if (!answer.ok) throw new Error(`reduction to ${scope} answered ${answer.status}`);
  return (await answer.json()).access_token;
}

/** The organisation's root as published clients want it: base64 DER without armour. */
export function kmsRoot(organisationId) {
  const organisation = endpoints.organisations.find(({ id }) => id === organisationId);
  return readFileSync(organisation.kmsRootCertificate, 'utf8').replace(/-----[^-]+-----|\s/g, '');
}
