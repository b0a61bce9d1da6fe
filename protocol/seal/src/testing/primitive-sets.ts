import { vi } from 'vitest';
import type { Primitives } from '../primitives/primitives.ts';

export type SetName = 'node' | 'web';
export const setNames: readonly SetName[] = ['node', 'web'];

export const primitivesOf = async (name: SetName): Promise<Primitives> =>
  (name === 'node' ? await import('../primitives/node.ts') : await import('../primitives/web.ts')).primitives;

/** The whole package over one set, as the package condition would choose it. */
export async function sealOver(name: SetName): Promise<typeof import('../index.ts')> {
  vi.resetModules();
  if (name === 'web') vi.doMock('../primitives/node.ts', () => import('../primitives/web.ts'));
  else vi.doUnmock('../primitives/node.ts');
  const { primitives } = await import('#primitives');
  if (primitives.name !== name) throw new Error(`the package runs over ${primitives.name}, not ${name}`);
  return import('../index.ts');
}
