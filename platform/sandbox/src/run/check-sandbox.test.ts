import { describe, expect, it } from 'vitest';
import { defaultSandboxLimits } from '../limits.ts';
import { canConvert } from '../testing/can-convert.ts';
import { checkSandbox } from './check-sandbox.ts';
import { requiredFiles } from './programs.ts';

describe('whether documents can be read here', () => {
  it.each(requiredFiles)('not without %s, and says what to install', async (file) => {
    const missing = checkSandbox(defaultSandboxLimits, (path) => path !== file);
    await expect(missing).rejects.toMatchObject({
      code: 'transcoder/converter-missing',
      detail: expect.stringContaining('apt-get install --no-install-recommends bubblewrap'),
    });
  });

  it.skipIf(!canConvert)(
    'not without a sandbox that works: there is no other way to run a program on a document',
    async () => {
      // Too little memory for any program, so that nothing starts inside.
      const broken = checkSandbox({ ...defaultSandboxLimits, memoryBytes: 4096 });
      await expect(broken).rejects.toMatchObject({
        code: 'transcoder/sandbox-unavailable',
        detail: expect.stringContaining('user namespaces'),
      });
    },
  );
});
