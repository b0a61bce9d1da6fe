import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Client, connect, type Deployment, globalPlatform, memoryStore, signInWithPassword } from '@cloister/sdk';
import type { Constellation } from '@cloister/testkit';
import { parseKmsHost, type UserId } from '@cloister/wire';
import { fullTokenOf } from './person.ts';

/** Somebody with the real client, in this process. */
export interface Participant {
  readonly id: UserId;
  readonly client: Client;
  /** Error codes the core answered with, oldest first. */
  readonly refusals: number[];
}

const password = 'a long enough password for the bench';

/** Invites so many people into the first organisation and signs each in with a client of their own. */
export async function signInPeople(all: Constellation, count: number): Promise<Participant[]> {
  const token = fullTokenOf(all, 'alice');
  const people: Participant[] = [];
  for (let index = 0; index < count; index++) {
    const email = `bench-${index}@acme.example`;
    await invite(all, token, `Bench ${index}`, email);
    people.push(await signIn(all, email));
  }
  return people;
}

async function invite(all: Constellation, token: string, name: string, email: string): Promise<void> {
  const answer = await fetch(`${all.endpoints.identity}/api/v1/invitations`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name, email }),
  });
  const { link } = (await answer.json()) as { link: string };
  const chosen = await fetch(link, {
    method: 'POST',
    body: new URLSearchParams({ email, password, repeat: password }),
  });
  if (!chosen.ok) throw new Error(`the invitation was answered with ${chosen.status}`);
}

async function signIn(all: Constellation, email: string): Promise<Participant> {
  const refusals: number[] = [];
  const platform = {
    ...globalPlatform,
    fetch: async (...asked: Parameters<typeof fetch>) => {
      const answer = await fetch(...asked);
      if (answer.status === 400) {
        const { errorCode } = (await answer.clone().json()) as { errorCode?: number };
        if (errorCode !== undefined) refusals.push(errorCode);
      }
      return answer;
    },
  };
  const deployment = deploymentOf(all);
  const session = await signInWithPassword({ deployment, store: memoryStore(), platform, email, password });
  const client = await connect(session, { store: memoryStore(), platform, deviceName: 'bench' });
  return { id: session.personId, client, refusals };
}

function deploymentOf({ endpoints }: Constellation): Deployment {
  const [organisation] = endpoints.organisations;
  if (organisation === undefined) throw new Error('the constellation has no organisation');
  const { catalogue, oauth, identity } = endpoints;
  const root = new X509Certificate(readFileSync(organisation.kmsRootCertificate));
  return {
    ...{ catalogue, oauth, identity },
    clientId: 'cloister-cli',
    scope: 'openid spark:all spark:kms spark:people_read',
    kmsHost: parseKmsHost(organisation.kmsHost),
    kmsRoots: [root.raw.toString('base64')],
  };
}
