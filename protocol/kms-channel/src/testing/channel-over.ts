import { vi } from 'vitest';

export type SetName = 'node' | 'web';
export const setNames: readonly SetName[] = ['node', 'web'];

/** This package and `@cloister/seal` over one set of primitives, as the package condition would choose it. */
export async function channelOver(name: SetName) {
  vi.resetModules();
  if (name === 'web') {
    vi.doMock('../../../seal/src/primitives/node.ts', () => import('../../../seal/src/primitives/web.ts'));
  } else vi.doUnmock('../../../seal/src/primitives/node.ts');
  const seal = await import('@cloister/seal');
  const { primitives } = await import('../../../seal/src/primitives/node.ts');
  if (primitives.name !== name) throw new Error(`the packages run over ${primitives.name}, not ${name}`);
  return {
    seal,
    channel: await import('../index.ts'),
    handshakeWith: (await import('../client/start-handshake.ts')).handshakeWith,
    answerWith: (await import('../server/answer-handshake.ts')).answerWith,
  };
}
export type ChannelOver = Awaited<ReturnType<typeof channelOver>>;

/** Runs a promise for its error's code. */
export async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return 'no error';
  } catch (error) {
    return error instanceof Error && 'code' in error && error.name === 'CloisterError' ? `${error.code}` : `${error}`;
  }
}
