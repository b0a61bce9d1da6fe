import { join } from 'node:path';
import {
  type Client,
  claimFolder,
  connect,
  fileStore,
  resumeSession,
  type Session,
  signInWithPassword,
} from '@cloister/sdk';
import { CloisterError } from '@cloister/wire';
import { deploymentFor, type EndpointPerson, type Evaluation } from './evaluation.ts';
import { Failure } from './failure.ts';
import { until } from './until.ts';

/** State of one person: their session, and a folder a device. Mode 0600 in 0700, as the file store makes them. */
const folderOf = ({ data }: Evaluation, person: EndpointPerson): string => join(data, 'cli', person.id);

/** The session kept from last time, else a new one with the password the evaluation keeps for this person. */
export const signedIn = async (evaluation: Evaluation, person: EndpointPerson): Promise<Session> => {
  const store = fileStore(folderOf(evaluation, person));
  const deployment = await deploymentFor(evaluation, person);
  const kept = await resumeSession({ deployment, store });
  if (kept?.personId === person.id && (await stillHolds(kept))) return kept;
  return signInWithPassword({ deployment, store, email: person.email, password: person.password });
};

const stillHolds = async (session: Session): Promise<boolean> => {
  try {
    await session.coreToken();
    return true;
  } catch (cause) {
    if (cause instanceof CloisterError && cause.code === 'client/not-signed-in') return false;
    throw cause;
  }
};

/**
 * Runs `work` with this person's client, online and with its rooms. Commands that run side by side have a device each:
 * one event socket, one set of keys, one outbox.
 */
export const withClient = async <T>(
  evaluation: Evaluation,
  person: EndpointPerson,
  work: (client: Client) => Promise<T>,
): Promise<T> => {
  const session = await signedIn(evaluation, person);
  const device = await claimFolder(join(folderOf(evaluation, person), 'device'));
  try {
    const client = await connect(session, { store: fileStore(device.folder), deviceName: 'Cloister command line' });
    try {
      await until(
        client,
        () => ready(client),
        30_000,
        () =>
          new Failure('client/offline', 'no connection to the core', {
            hint: 'cloister doctor tells what does not answer',
          }),
      );
      return await work(client);
    } finally {
      await client.close();
    }
  } finally {
    await device.release();
  }
};

const ready = (client: Client): true | undefined => {
  const { connection, loaded } = client.snapshot();
  if (connection.state === 'signed-out') throw new CloisterError('client/not-signed-in');
  return connection.state === 'online' && loaded ? true : undefined;
};
