import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KmsHost } from '@cloister/wire';
import { describe, expect, it } from 'vitest';
import { rootsFromPem } from '../pem.ts';
import { readCertificate } from './certificate.ts';
import { findPath } from './find-path.ts';
import { checkName } from './leaf-rules.ts';

interface Case {
  readonly id: string;
  readonly expected_result: 'SUCCESS' | 'FAILURE';
  readonly peer_certificate: string;
  readonly untrusted_intermediates: readonly string[];
  readonly trusted_certs: readonly string[];
  readonly validation_time: string | null;
  readonly expected_peer_name: { readonly kind: string; readonly value: string };
}

function limbo(): readonly Case[] {
  const folder = process.env.CLOISTER_VECTORS;
  if (folder === undefined) throw new Error('CLOISTER_VECTORS is not set: the x509-limbo cases were not run');
  return JSON.parse(readFileSync(join(folder, 'x509-limbo/limbo-rfc5280-pathlen.json'), 'utf8')).testcases;
}

/** The suite's cases without a time mean "now"; their certificates run from 1970 to 2969. */
const NOW = Date.parse('2026-11-21T00:00:00Z');

async function validate(test: Case): Promise<string> {
  try {
    const read = (pems: readonly string[]) => pems.flatMap(rootsFromPem).map(readCertificate);
    const [leaf] = read([test.peer_certificate]);
    if (leaf === undefined) return 'no certificate';
    checkName(leaf, test.expected_peer_name.value as KmsHost);
    const now = test.validation_time === null ? NOW : Date.parse(test.validation_time);
    const intermediates = read(test.untrusted_intermediates);
    await findPath({ leaf, intermediates, roots: read(test.trusted_certs), now });
    return 'SUCCESS';
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'kms/invalid-certificate'
      ? 'FAILURE'
      : `${error}`;
  }
}

/** We refuse more than RFC 5280 does: any name constraint, and an authority in the server's place. */
const STRICTER = (id: string): boolean => id.includes('::nc::') || id === 'pathlen::validation-ignores-pathlen-in-leaf';

/** Form rules that guard no one here: private roots often break them, and nothing we decide depends on them. */
const TOLERATED: readonly string[] = [
  'rfc5280::aki::cross-signed-root-missing-aki',
  'rfc5280::aki::intermediate-missing-aki',
  'rfc5280::aki::leaf-missing-aki',
  'rfc5280::ski::intermediate-missing-ski',
  'rfc5280::ski::root-missing-ski',
];

/** Five cases ask for a limit on depth that a caller sets; ours is the bound on signatures. */
const ASKS_FOR_DEPTH = (id: string): boolean => id.includes('::max-chain-depth-');

describe('path validation against x509-limbo (R301, R304)', () => {
  const cases = limbo();

  it.each(cases.filter(({ id }) => !ASKS_FOR_DEPTH(id)).map((test) => [test.id, test] as const))(
    '%s',
    async (id, test) => {
      const expected = STRICTER(id) ? 'FAILURE' : TOLERATED.includes(id) ? 'SUCCESS' : test.expected_result;
      expect(await validate(test)).toBe(expected);
    },
  );

  it('ran 77 cases and left out the five that set a depth', () => {
    expect(cases).toHaveLength(82);
    expect(cases.filter(({ id }) => ASKS_FOR_DEPTH(id))).toHaveLength(5);
  });
});
