import type { Constellation } from '@cloister/testkit';
import { bareTwoPart } from '../bare/two-part.ts';
import { costFigure, type Figure } from '../figure.ts';
import { openChanges } from '../load/changes.ts';
import { drive } from '../load/drive.ts';
import { inRounds } from '../measure/rounds.ts';
import { spent, total } from '../measure/spent.ts';

const rooms = 8;
const rounds = 5;
/** Changes of a slice: each room's person comes and goes. */
const changes = 160;

/** `two-part`: a person added or removed in core and key server, against the bare transactions that needs. */
export async function twoPartFigures(all: Constellation): Promise<Record<string, Figure>> {
  const pid = (name: string) => all.deployment.pid(name) ?? 0;
  const postgres = { postgres: pid('postgres') };
  const load = await openChanges(all, rooms, 'alice');
  const bare = await bareTwoPart(all, rooms);
  const ours = () => drive(changes, rooms, load.change);
  const theirs = () => drive(changes, rooms, bare.change);
  try {
    await ours();
    await theirs();
    const cost = await inRounds(rounds, {
      'bare two-part': () => spent({ bare: process.pid, ...postgres }, changes, theirs),
      'two-part': () =>
        spent({ core: pid('core'), kms: pid('acme-kms'), hsm: pid('acme-hsm'), ...postgres }, changes, ours),
    });
    return { 'two-part': costFigure(total(cost['two-part']), total(cost['bare two-part']), 0.25) };
  } finally {
    await bare.close();
    load.close();
  }
}
