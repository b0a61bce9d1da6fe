import { fileURLToPath } from 'node:url';
import type { ServerSpec } from '@cloister/evaluation';
import type { RealmLayout } from './layout.ts';

const programOf = (name: 'hsm' | 'kms'): string =>
  fileURLToPath(new URL(`../../../security-realm/${name}/src/main.ts`, import.meta.url));

/** The key server's program. */
export const kmsProgram = programOf('kms');

/** The realm's servers, in the order they are stopped backwards. */
export const serverSpecs = ({ hsm, kms }: RealmLayout): ServerSpec[] =>
  (['hsm', 'kms'] as const).map((name) => {
    const { config, log, health } = { hsm, kms }[name];
    return { name, entry: programOf(name), args: ['--config', config], logFile: log, health };
  });
