import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Evaluation } from '../evaluation.ts';
import { checkKeystores } from './keystores.ts';

let data: string;
let stops: (() => void)[];

beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'cl-doctor-'));
  mkdirSync(join(data, 'run'));
  stops = [];
});
afterEach(() => {
  for (const stop of stops) stop();
  rmSync(data, { recursive: true, force: true });
});

const serve = async (name: string, metrics: string) => {
  const server = createServer((_, response) => response.end(metrics)).listen(join(data, 'run', `${name}.health`));
  stops.push(() => server.close());
  await once(server, 'listening');
};
const check = (...names: string[]) => {
  const processes = names.map((name) => ({ name, pid: 1 }));
  return checkKeystores({ data, endpoints: { processes } } as unknown as Evaluation);
};

it('says of each realm whether software or a token protects its main keys', async () => {
  await serve('acme-hsm', '# TYPE x gauge\ncloister_hsm_keystore{kind="software",protection="software"} 1\nother 1\n');
  await serve('globex-hsm', 'cloister_hsm_keystore{kind="pkcs11",protection="software"} 1\n');
  await serve('operator-hsm', 'cloister_hsm_keystore{kind="pkcs11",protection="token"} 1\n');
  expect(await check('acme-hsm', 'core', 'globex-hsm', 'operator-hsm')).toEqual([
    { check: 'keystore acme-hsm', ok: true, detail: 'software keystore, protected by software alone' },
    { check: 'keystore globex-hsm', ok: true, detail: 'PKCS#11 module, protected by software alone' },
    { check: 'keystore operator-hsm', ok: true, detail: 'PKCS#11 module, protected by its token' },
  ]);
});

it('does not call a keystore protected that does not say so', async () => {
  await serve('acme-hsm', 'cloister_hsm_keystore{kind="software",protection="steel"} 1\n');
  expect((await check('acme-hsm', 'globex-hsm')).map(({ ok, detail }) => [ok, detail])).toEqual([
    [false, 'does not say where its keys are'],
    [false, 'does not answer'],
  ]);
});
