import { randomBytes } from 'node:crypto';
import type { Constellation } from '@cloister/testkit';
import { sdkPerson } from '../sdk/sdk-person.ts';
import type { Canaries } from './canaries.ts';

/** An administrator types a name and an address, the person types a first password: identity's, and nobody else's. */
export const invitePerson = async (all: Constellation, canaries: Canaries): Promise<void> => {
  const word = randomBytes(8).toString('hex');
  const [name, email] = [`Žofie Nováková ${word}`, `zofie.${word}@acme.example`];
  const password = randomBytes(18).toString('base64url');
  canaries.add('person', 'name of the invited', name);
  canaries.add('person', 'e-mail of the invited', email);
  canaries.add('password', 'password of the invited', password);
  const alice = await sdkPerson(all, 'alice');
  const invited = await fetch(`${all.endpoints.identity}/api/v1/invitations`, {
    method: 'POST',
    headers: { authorization: `Bearer ${await alice.session.fullToken()}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name, email }),
  });
  const { link } = (await invited.json()) as { link: string };
  const accepted = await fetch(link, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', origin: new URL(link).origin },
    body: new URLSearchParams({ password, repeat: password }).toString(),
  });
  if (accepted.status !== 200) throw new Error(`the invitation was not accepted: ${accepted.status}`);
  const found = await alice.client.people.search(email);
  if (found[0]?.name !== name) throw new Error('the invited person is not found');
  await alice.session.signOut();
  await alice.close();
};
