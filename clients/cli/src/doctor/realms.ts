import { join } from 'node:path';
import type { Evaluation } from '../evaluation.ts';
import { askSocket } from './ask-socket.ts';
import { type Finding, finding } from './finding.ts';
import { Sick } from './sick.ts';

/** Every server says on its health socket whether it is ready. */
export const checkServers = ({ data, endpoints }: Evaluation): Promise<Finding[]> =>
  Promise.all(
    (endpoints.processes ?? [])
      .filter(({ name }) => name !== 'postgres')
      .map(({ name }) =>
        finding(
          `server ${name}`,
          () => ready(join(data, 'run', `${name}.health`)),
          `read ${join(data, 'logs', name)}.log`,
        ),
      ),
  );

const ready = async (socket: string): Promise<string> => {
  const { status, body } = await askSocket(socket, '/readyz').catch(() => {
    throw new Sick('does not answer');
  });
  if (status !== 200) throw new Sick(`not ready: ${body.slice(0, 200)}`);
  return 'ready';
};

/** The published addresses answer, through the door. */
export const checkAddresses = ({ endpoints }: Evaluation): Promise<Finding[]> => {
  const { catalogue, oauth } = endpoints;
  return Promise.all([
    finding('core answers', () => answers(`${catalogue}/limited/catalog?format=hostmap`)),
    finding('identity answers', () => answers(`${oauth}/.well-known/openid-configuration`)),
  ]);
};

const answers = async (url: string): Promise<string> => {
  const response = await fetch(url).catch(() => {
    throw new Sick(`${url} does not answer`);
  });
  await response.body?.cancel();
  if (!response.ok) throw new Sick(`${url} answers ${response.status}`);
  return url;
};
