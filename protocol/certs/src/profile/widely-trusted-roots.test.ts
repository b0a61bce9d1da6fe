import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { getCACertificates } from 'node:tls';
import { expect, it } from 'vitest';
import { type Certificate, readCertificate } from '../certificate/certificate.ts';
import { makeRoot } from '../issue/authority.ts';
import { rootsFromPem } from '../pem.ts';
import { rootRules } from './root-rules.ts';
import { firstBroken } from './rule.ts';

/** Certificates that can be read; one that cannot makes nothing trusted. */
const readable = (pems: readonly string[]): Certificate[] =>
  pems.flatMap((pem) =>
    rootsFromPem(pem).flatMap((der) => {
      try {
        return [readCertificate(der)];
      } catch {
        return [];
      }
    }),
  );

const issuesLeavesAlone = ({ basicConstraints }: Certificate): boolean => basicConstraints?.pathLength === 0;

it('finds no widely trusted root that issues no intermediates, so none is accepted between key servers (R364, ADR 15)', () => {
  const roots = readable(getCACertificates('bundled'));
  expect(roots.length).toBeGreaterThan(100);
  expect(roots.filter((root) => firstBroken(rootRules, root) === null).length).toBeGreaterThan(90);
  expect(roots.filter(issuesLeavesAlone)).toEqual([]);
});

it('sees it where a root does: that of an evaluation', async () => {
  const { certificatePem } = await makeRoot({ commonName: 'test root', now: new Date() });
  expect(readable([certificatePem]).map(issuesLeavesAlone)).toEqual([true]);
});

it('finds on the list that ships roots that issue leaves alone, and that keep the rules (R364)', () => {
  const shipped = readFileSync(
    join(import.meta.dirname, '../../../../security-realm/kms/roots/accepted-roots.pem'),
    'utf8',
  );
  const roots = readable([shipped]);
  expect(roots).toHaveLength(rootsFromPem(shipped).length);
  expect(rootsFromPem(shipped)).toHaveLength((shipped.match(/-----BEGIN/g) ?? []).length);
  for (const root of roots) expect([firstBroken(rootRules, root), issuesLeavesAlone(root)]).toEqual([null, true]);
});
