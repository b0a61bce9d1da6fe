import { existsSync, readFileSync, rmSync } from 'node:fs';
import { SetUpError } from '@cloister/postgres';
import { cast } from './cast.ts';
import { keptCastFile, type Provisioned, provisionedPath, readProvisioned } from './cast-file.ts';
import { writePrivate } from './credentials.ts';
import type { Layout } from './layout.ts';
import { type MachineProgram, machineAccounts, purposeOf } from './machine-accounts.ts';
import { runOnce } from './run-once.ts';
import { configPath, entryOf } from './servers.ts';

/**
 * Makes the organisations, people and machine accounts that identity does not have yet, and reads their ids.
 * @param search with indexers, whose function is on from the beginning
 */
export async function provisionIdentity(layout: Layout, search: boolean, begin: () => void): Promise<Provisioned> {
  const input = `${layout.server('identity')}/provision.json`;
  const output = provisionedPath(layout);
  const wanted = `${JSON.stringify(inputOf(layout, search), null, 2)}\n`;
  if (existsSync(output) && existsSync(input) && readFileSync(input, 'utf8') === wanted) return readProvisioned(layout);
  begin();
  // Without its output a run that breaks off is made again, whatever its input says.
  rmSync(output, { force: true });
  writePrivate(input, wanted);
  const args = ['provision', '--config', configPath(layout, 'identity'), '--people', input, '--output', output];
  await runOnce('provisioning identity', entryOf('identity'), args);
  return readProvisioned(layout);
}

/** The organisation of a domain. @throws SetUpError when identity has none */
export function organisationOf(provisioned: Provisioned, domain: string) {
  const found = provisioned.organisations.find((organisation) => organisation.domain === domain);
  if (found === undefined)
    throw new SetUpError(`identity knows no organisation of ${domain}`, 'start with a fresh data folder');
  return found;
}

/** The id of a program's machine account in an organisation. @throws SetUpError when identity has none */
export function machineIdOf(provisioned: Provisioned, organisationId: string, program: MachineProgram): string {
  const found = provisioned.machines.find(
    (machine) => machine.organisationId === organisationId && machine.purpose === purposeOf(program),
  );
  if (found === undefined)
    throw new SetUpError(`identity knows no machine account for the ${program}`, 'start with a fresh data folder');
  return found.id;
}

/** A transcoder's function stays off until an administrator switches it on. */
function inputOf(layout: Layout, search: boolean) {
  const { organisations } = keptCastFile(layout);
  return {
    organisations: organisations.map((organisation) => {
      const known = cast.find(({ domain }) => domain === organisation.domain);
      if (known === undefined) return organisation;
      const searches = search && known.searches === true;
      const machines = machineAccounts(layout, known.label, searches ? ['transcoder', 'indexer'] : ['transcoder']);
      return { ...organisation, machines, ...(searches ? { functions: [purposeOf('indexer')] } : {}) };
    }),
  };
}
