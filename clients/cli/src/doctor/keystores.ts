import { join } from 'node:path';
import type { Evaluation } from '../evaluation.ts';
import { askSocket } from './ask-socket.ts';
import { type Finding, finding } from './finding.ts';
import { Sick } from './sick.ts';

const kinds: Readonly<Record<string, string>> = { software: 'software keystore', pkcs11: 'PKCS#11 module' };
const protections: Readonly<Record<string, string>> = {
  software: 'protected by software alone',
  token: 'protected by its token',
};

/** Where each realm's main keys are, and what protects them: software says so. */
export const checkKeystores = ({ data, endpoints }: Evaluation): Promise<Finding[]> =>
  Promise.all(
    (endpoints.processes ?? [])
      .filter(({ name }) => name.endsWith('-hsm'))
      .map(({ name }) => finding(`keystore ${name}`, () => keystore(join(data, 'run', `${name}.health`)))),
  );

const keystore = async (socket: string): Promise<string> => {
  const { body } = await askSocket(socket, '/metrics').catch(() => {
    throw new Sick('does not answer');
  });
  const [, kind = '', protection = ''] =
    /^cloister_hsm_keystore\{kind="(\w+)",protection="(\w+)"\} 1$/m.exec(body) ?? [];
  const [place, protector] = [kinds[kind], protections[protection]];
  if (place === undefined || protector === undefined) throw new Sick('does not say where its keys are');
  return `${place}, ${protector}`;
};
