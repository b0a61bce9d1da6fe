import { keptMachineKey, type PublicEcJwk } from './credentials.ts';
import type { Layout } from './layout.ts';

/** The programs of a security realm that ask for keys as machine accounts, and what for (docs/wires.md §10). */
const purposes = { transcoder: 'transcoding', indexer: 'indexing' } as const;

export type MachineProgram = keyof typeof purposes;

/** A machine account to be made. */
export interface MachineAccount {
  readonly purpose: string;
  readonly publicKey: PublicEcJwk;
}

/** Where a machine keeps its private key: an ES256 JWK, mode 0600. */
export function machineKeyFile(layout: Layout, label: string, program: MachineProgram): string {
  return `${layout.server(`${label}-${program}`)}/machine.key`;
}

/** The machine accounts of these programs in an organisation's own realm; their keys are made at first start. */
export function machineAccounts(layout: Layout, label: string, programs: readonly MachineProgram[]): MachineAccount[] {
  return programs.map((program) => ({
    purpose: purposes[program],
    publicKey: keptMachineKey(machineKeyFile(layout, label, program)),
  }));
}

/** The purpose that a program's account serves. */
export function purposeOf(program: MachineProgram): string {
  return purposes[program];
}
