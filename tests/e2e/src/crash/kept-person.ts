import { join } from 'node:path';
import { fileStore, resumeSession, signInWithPassword } from '@cloister/sdk';
import type { Constellation } from '@cloister/testkit';
import { deploymentOf, type SdkPerson, withSession } from '../sdk/sdk-person.ts';

/** A person whose session and device are kept in a folder; the password is needed the first time only. */
export const kept = async (all: Constellation, local: string, folder: string): Promise<SdkPerson> => {
  const { email, password, organisationId } = all.person(local);
  const deployment = deploymentOf(all, organisationId);
  const store = fileStore(join(folder, 'session'));
  const session =
    (await resumeSession({ deployment, store })) ?? (await signInWithPassword({ deployment, store, email, password }));
  return withSession(session, fileStore(join(folder, 'device')));
};
