import { instanceUri, type KmsResponse, parseKmsHost, type Uuid } from '@cloister/wire';
import { overviewIn, type Run } from './run.ts';
import { arns, uploads } from './testing/world.ts';

const host = parseKmsHost('kms.acme.example');
const uriOf = (keyId: string) => instanceUri(host, 'cmk', keyId as Uuid);

/**
 * Does what an organisation can do to have its content back, whatever happened: activate, undelete, or bring the original
 * key again; then everything that nodes do by themselves, until nothing is left to do.
 */
export const recover = async (run: Run): Promise<void> => {
  // What was refused until now is told apart from what is given now.
  run.pass(1);
  run.world.amazon.calm();
  await run.everyJob();
  for (let attempt = 0; attempt < 6 && (await isOff(run)); attempt += 1) {
    await helpOut(run);
    await run.everyJob();
  }
  if (await isOff(run)) throw new Error('the main key does not come back');
  for (let round = 0; round < 3 && isRotating(run); round += 1) await run.everyJob();
};

const isRotating = ({ snapshots }: Run): boolean => {
  const { states, defaultRole } = snapshots.at(-1) ?? {};
  return defaultRole === 'rotation' || Object.values(states ?? {}).includes('rotation');
};

const isOff = async (run: Run): Promise<boolean> => {
  const overview = overviewIn(await run.demand('list', { method: 'retrieve', uri: '/cmk' }));
  if (overview === null) throw new Error('no overview');
  return overview.isFrozen;
};

const helpOut = async (run: Run): Promise<void> => {
  const { head } = run.snapshots.at(-1) ?? { head: null };
  if (head === null) throw new Error('no head that could be off');
  const state = run.snapshots.at(-1)?.states[head];
  if (state === 'removed') return bringBack(run);
  const [name, keyState] = state === 'deleted' ? ['revoke', 'REVOKED'] : ['activate', 'ACTIVE'];
  expectDone(await run.demand(name, { method: 'update', uri: uriOf(head), keyState }));
};

/** "the original key is required" (R050): of all that ever were, one is taken. */
const bringBack = async (run: Run): Promise<void> => {
  const { world } = run;
  const answers: KmsResponse[] = [];
  for (const bytes of uploads) {
    answers.push(
      await run.demand('upload', { method: 'create', uri: '/cmk', customerMasterKey: world.encrypted(bytes) }),
    );
  }
  for (const arn of arns) {
    answers.push(await run.demand('add', { method: 'create', uri: '/awsKmsCmk', customerMasterKey: arn }));
  }
  const taken = answers.findIndex(({ status }) => status === 201);
  // What comes after it finds its place taken, and waits.
  const refused = answers.slice(0, taken);
  if (taken === -1 || refused.some(({ status }) => status !== 409)) {
    throw new Error(`the original was asked for, and not known again: ${JSON.stringify(answers)}`);
  }
};

const expectDone = (response: KmsResponse): void => {
  if (response.status >= 400) throw new Error(`refused: ${JSON.stringify(response)}`);
};
