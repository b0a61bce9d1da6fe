import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readRealmKeys } from './realm-keys.ts';

const folder = mkdtempSync(join(tmpdir(), 'cloister-realm-keys-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('asks for another provisioning when the one before made fewer keys than are needed now', () => {
  const written = { kmsHost: 'kms.acme.localhost', organisations: ['x'], staticKey: {}, linkKey: {}, receiptKey: {} };
  const write = (content: object) => writeFileSync(join(folder, 'public.json'), JSON.stringify(content));
  expect(readRealmKeys(folder)).toBeUndefined();
  write(written);
  expect(readRealmKeys(folder)).toBeUndefined();
  write({ ...written, tlsKey: { kty: 'EC' } });
  expect(readRealmKeys(folder)).toMatchObject({ realm: { organisationIds: ['x'] }, tlsKey: { kty: 'EC' } });
});
