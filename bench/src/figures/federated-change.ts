import type { Constellation } from '@cloister/testkit';
import { costFigure, type Figure } from '../figure.ts';
import { openChanges } from '../load/changes.ts';
import { drive } from '../load/drive.ts';
import { inRounds } from '../measure/rounds.ts';
import { spent, total } from '../measure/spent.ts';

const rooms = 8;
const rounds = 5;
/** Changes of a slice: each room's person comes and goes. */
const changes = 160;

/**
 * `federated-change`: a person added or removed by somebody of another organisation, whose key server passes it on to home,
 * against the same by somebody of home's own.
 */
export async function federatedChangeFigures(all: Constellation): Promise<Record<string, Figure>> {
  const pid = (name: string) => all.deployment.pid(name) ?? 0;
  const pids = {
    core: pid('core'),
    'acme-kms': pid('acme-kms'),
    'acme-hsm': pid('acme-hsm'),
    'globex-kms': pid('globex-kms'),
    'globex-hsm': pid('globex-hsm'),
    postgres: pid('postgres'),
  };
  const local = await openChanges(all, rooms, 'alice');
  const outside = await openChanges(all, rooms, 'grace');
  const slice = (change: () => Promise<void>) => () => drive(changes, rooms, change);
  const [ours, theirs] = [slice(local.change), slice(outside.change)];
  try {
    await ours();
    await theirs();
    const cost = await inRounds(rounds, {
      'two-part': () => spent(pids, changes, ours),
      'federated-change': () => spent(pids, changes, theirs),
    });
    return { 'federated-change': costFigure(total(cost['federated-change']), total(cost['two-part']), 0.5) };
  } finally {
    local.close();
    outside.close();
  }
}
