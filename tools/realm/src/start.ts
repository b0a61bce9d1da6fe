import { existsSync } from 'node:fs';
import { KeptPostgres, Supervisor } from '@cloister/evaluation';
import { SetUpError } from '@cloister/postgres';
import { writeConfigs } from './configs.ts';
import { layOut, makeFolders } from './layout.ts';
import { takeLock } from './lock.ts';
import { serverSpecs } from './programs.ts';
import { openPostgres } from './realm-database.ts';
import { readSettings } from './settings.ts';

/** A realm that runs. */
export interface RunningRealm {
  readonly processes: readonly { readonly name: string; readonly pid: number }[];
  /** Starts the key server anew, which then knows what was changed in the folder. */
  reload(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Runs hsm and key server, each started again when it ends by itself. Nothing listens on a network; the key server opens the
 * connection to the core and the one to identity, and opens them again when they break.
 * @param say what happens, for people
 * @throws SetUpError with what is still missing
 */
export const start = async (folder: string, say: (line: string) => void): Promise<RunningRealm> => {
  const layout = layOut(folder);
  const settings = readSettings(layout);
  const missing = [
    ...(settings.operator === undefined ? ['it has not joined: cloister realm join'] : []),
    ...[layout.kms.chain, layout.kms.federation]
      .filter((file) => !existsSync(file))
      .map((file) => `${file} is missing: cloister realm certificate`),
  ];
  if (missing.length > 0) {
    throw new SetUpError(
      `the realm in ${folder} cannot start: ${missing.join('; ')}`,
      'cloister realm status says what is next',
    );
  }
  makeFolders(layout);
  const release = takeLock(layout);
  writeConfigs(layout, settings);
  const hooks = { restarted: (name: string, how: string) => say(`${name} ended (${how}) and is started again`) };
  const postgres = settings.database.kind === 'embedded' ? new KeptPostgres(openPostgres(layout), hooks) : undefined;
  const supervisor = new Supervisor(serverSpecs(layout), hooks);
  const stop = async () => {
    await supervisor.stop();
    await postgres?.stop();
    release();
  };
  /** A core that is out of reach is no reason to stop: the key server goes on trying. */
  const startKms = () =>
    supervisor.start(['kms']).then(
      () => say(`${settings.kmsHost} is ready`),
      () => say(`${settings.kmsHost} is not ready yet and goes on trying; cloister realm status ${folder} says why`),
    );
  try {
    await postgres?.start();
    await supervisor.start(['hsm']);
  } catch (error) {
    await stop();
    throw error;
  }
  await startKms();
  return {
    get processes() {
      return [
        ...supervisor.processes,
        ...(postgres?.pid === undefined ? [] : [{ name: 'postgres', pid: postgres.pid }]),
      ];
    },
    reload: async () => {
      await supervisor.kill('kms', 'SIGTERM');
      await startKms();
    },
    stop,
  };
};
