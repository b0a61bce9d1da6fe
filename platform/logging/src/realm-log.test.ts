import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { newId } from '@cloister/wire';
import { describe, expect, it } from 'vitest';
import type { EventFields } from './event-fields.ts';
import { openLog } from './open-log.ts';
import { openRealmLog, realmIds } from './realm-log.ts';

const logged = (
  open: typeof openRealmLog,
  fields: Readonly<Record<string, string>>,
  strict = false,
): Record<string, unknown> => {
  let line = '';
  const write = (text: string) => {
    line = text;
  };
  const destination = { write };
  open({ name: 'kms', strict, destination }).event('something.happened', fields as unknown as EventFields);
  return JSON.parse(line);
};

/** What tells who did what, to somebody who runs the core. */
const identities = [
  'personId',
  'userId',
  'deviceId',
  'sessionId',
  'roomId',
  'resourceId',
  'authorizationId',
  'channelId',
  'operationId',
  'activityId',
  'fileId',
  'workId',
  'machineId',
  'caseId',
  'requestId',
  'contentKeyId',
  'anythingId',
] as const;

describe('the log of a realm’s server (R353)', () => {
  it.each(identities)('does not write a %s, which another server’s may', (name) => {
    expect(logged(openLog, { [name]: newId() })).toHaveProperty(name);
    const line = logged(openRealmLog, { [name]: newId() });
    expect(line).not.toHaveProperty(name);
    expect(line.droppedCount).toBe(1);
  });

  it.each(identities)('throws in tests where a %s is given', (name) => {
    expect(() => logged(openRealmLog, { [name]: newId() }, true)).toThrow(`may not be logged: ${name}`);
  });

  it('writes what the realm is, its organisations and main keys, and the number of an HTTP request', () => {
    const [organisationId, keyId, trackingId] = [newId(), newId(), newId()];
    const fields = { kmsHost: 'kms.acme.example', organisationId, keyId, trackingId };
    expect(logged(openRealmLog, fields, true)).toMatchObject(fields);
  });

  it('writes no address of a key in any other field', () => {
    const uri = `kms://kms.acme.example/keys/${newId()}`;
    for (const name of ['code', 'kind', 'reason', 'operation', 'route', 'kmsHost', 'at', 'keyId'])
      expect(JSON.stringify(logged(openRealmLog, { [name]: uri }))).not.toContain('/keys/');
  });

  const folder = join(import.meta.dirname, '../../../security-realm');
  const sources = globSync('*/src/**/*.ts', { cwd: folder }).map(
    (file) => [file, readFileSync(join(folder, file), 'utf8')] as const,
  );

  it('is the only one that servers of a realm open', () => {
    expect(sources.length).toBeGreaterThan(100);
    expect(sources.filter(([, text]) => /\bopenLog\b/.test(text)).map(([file]) => file)).toEqual([]);
  });

  it('is handed no other id by any of them: one that is left out helps nobody', () => {
    const calls = sources.flatMap(([file, text]) =>
      [...text.matchAll(/\blog\??\.(?:event|failure)\(([^;]*);/g)].map(([, fields = '']) => ({ file, fields })),
    );
    expect(calls.length).toBeGreaterThan(50);
    const handed = calls.flatMap(({ file, fields }) =>
      [...fields.matchAll(/\b([a-z]\w*Id)\b(?=\s*[:,}])/g)].map(([, name = '']) => [name, file]),
    );
    expect(handed.map(([name]) => name)).toContain('organisationId');
    expect(handed.filter(([name]) => !realmIds.includes(name ?? ''))).toEqual([]);
  });
});
