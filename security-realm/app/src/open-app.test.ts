import { readFile, writeFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { openApp } from './open-app.ts';
import { runApp } from './testing/running-app.ts';

it('does not start without a build, and says how to make one', async () => {
  const app = await runApp();
  await expect(openApp({ ...app.config, dist: '/nowhere' })).rejects.toMatchObject({
    code: 'config/unreadable',
    detail: expect.stringContaining('clients/web/src/build/main.ts'),
  });
  await app.stop();
});

it('does not start with a root that is not a certificate: the client would trust nothing (R301)', async () => {
  const app = await runApp();
  const [root = ''] = app.config.kmsRoots;
  await writeFile(root, 'not a certificate');
  await expect(openApp(app.config)).rejects.toMatchObject({ code: 'config/unreadable' });
  await app.stop();
});

it('leaves a running server its socket', async () => {
  const app = await runApp();
  await expect(openApp(app.config)).rejects.toMatchObject({ code: 'platform/socket' });
  expect((await app.ask('/')).body).toEqual(await readFile(`${app.config.dist}/index.html`));
  await app.stop();
});
