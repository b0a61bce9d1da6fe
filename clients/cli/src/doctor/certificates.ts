import { inspectKeyServer } from '@cloister/sdk';
import type { EndpointOrganisation, Evaluation } from '../evaluation.ts';
import { signedIn } from '../signed-in.ts';
import { type Finding, finding } from './finding.ts';
import { Sick } from './sick.ts';

const soon = 14 * 24 * 60 * 60 * 1000;

/** Every organisation's key server shows a certificate for its own name under the deployment's root, as at a handshake. */
export const checkCertificates = (evaluation: Evaluation): Promise<Finding[]> =>
  Promise.all(
    evaluation.endpoints.organisations.map((organisation) =>
      finding(
        `certificate ${organisation.kmsHost}`,
        () => certificate(evaluation, organisation),
        'npm start renews it',
      ),
    ),
  );

const certificate = async (evaluation: Evaluation, { id, kmsHost }: EndpointOrganisation): Promise<string> => {
  const person = evaluation.endpoints.people.find(({ organisationId }) => organisationId === id);
  if (person === undefined) throw new Sick('nobody of the organisation to ask for');
  const { host, expiresAt } = await inspectKeyServer(await signedIn(evaluation, person));
  if (host !== kmsHost) throw new Sick(`it is for ${host}`);
  const until = new Date(expiresAt).toISOString().slice(0, 10);
  if (expiresAt - Date.now() < soon) throw new Sick(`expires on ${until}`);
  return `valid until ${until}`;
};
