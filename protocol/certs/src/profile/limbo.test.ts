import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CloisterError } from '@cloister/wire';
import { describe, expect, it } from 'vitest';
import { checkTlsCertificate, rootsFromPem } from '../index.ts';

interface Case {
  readonly id: string;
  readonly validation_kind: 'SERVER' | 'CLIENT';
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

/** `SUCCESS`, the sentence of the refusal, or what should never come. */
const judge = ({ peer_certificate, expected_peer_name, ...test }: Case): Promise<string> =>
  checkTlsCertificate({
    certificate: rootsFromPem(peer_certificate)[0] ?? new Uint8Array(),
    names: [expected_peer_name.value],
    purpose: test.validation_kind === 'SERVER' ? 'server' : 'client',
    roots: test.trusted_certs.flatMap(rootsFromPem),
    now: test.validation_time === null ? NOW : Date.parse(test.validation_time),
  }).then(
    () => 'SUCCESS',
    (error) => (error instanceof CloisterError && error.code.startsWith('certs/') ? `${error.detail}` : `${error}`),
  );

/** Why a case is not about this profile; null when it is. Decided by what is asked, not by what is expected. */
function outside({ untrusted_intermediates, expected_peer_name }: Case): 'an intermediate' | 'an IP address' | null {
  // "a leaf directly under an accepted root" (R364): whatever is offered in between is not looked at.
  if (untrusted_intermediates.length > 0) return 'an intermediate';
  // A key server has a DNS name and never an IP address (threats row 15).
  return expected_peer_name.kind === 'DNS' ? null : 'an IP address';
}

/** Every case inside the profile, by what is said of it. */
const verdicts: Readonly<Record<string, readonly string[]>> = {
  SUCCESS: [
    'pathlen::max-chain-depth-0',
    'rfc5280::aki::self-signed-root-missing-aki',
    'rfc5280::ee-aia',
    'rfc5280::eku::ee-without-eku',
    'rfc5280::no-basicconstraints',
    'rfc5280::no-keyusage',
  ],
  'the root has a critical extension that is unknown here': [
    'rfc5280::aki::critical-aki',
    'rfc5280::unknown-critical-extension-root',
  ],
  'the certificate does not say which key signed it': ['rfc5280::aki::leaf-missing-aki'],
  'the root is not its own issuer': ['rfc5280::aki::cross-signed-root-missing-aki'],
  'the certificate is not for servers': ['rfc5280::eku::ee-wrong-eku'],
  'the certificate is for another name': [
    'rfc5280::nc::permitted-dns-mismatch',
    'rfc5280::nc::permitted-dn-mismatch',
    'rfc5280::nc::excluded-dn-match',
    'rfc5280::nc::permitted-dn-match',
    'rfc5280::nc::permitted-dn-match-subject-san-mismatch',
    'rfc5280::nc::excluded-dn-match-sub-mismatch',
  ],
  'the root limits names, which is not checked here': [
    'rfc5280::nc::excluded-dns-match',
    'rfc5280::nc::permitted-dns-match',
    'rfc5280::nc::permitted-dns-match-noncritical',
    'rfc5280::nc::permitted-dns-match-more',
    'rfc5280::nc::excluded-dns-match-second',
    'rfc5280::nc::excluded-match-permitted-and-excluded',
    'rfc5280::nc::permitted-different-constraint-type',
    'rfc5280::nc::excluded-different-constraint-type',
    'rfc5280::nc::invalid-dnsname',
  ],
  'the certificate limits names, which is not checked here': [
    'rfc5280::nc::not-allowed-in-ee-noncritical',
    'rfc5280::nc::not-allowed-in-ee-critical',
  ],
  'a certificate cannot be read': ['rfc5280::san::malformed'],
  'the certificate names no subject': ['rfc5280::san::noncritical-with-empty-subject'],
  'the certificate has no proper serial number': [
    'rfc5280::serial::too-long',
    'rfc5280::serial::zero',
    'rfc5280::serial::negative',
  ],
  'the certificate does not lead to a trusted root': [
    'rfc5280::ski::critical-ski',
    'rfc5280::intermediate-ca-missing-basic-constraints',
    'rfc5280::ica-ku-keycertsign',
  ],
  'the root does not identify its key': ['rfc5280::ski::root-missing-ski'],
  'the root names no issuer': ['rfc5280::ee-empty-issuer'],
  'the certificate names no issuer': ['rfc5280::ca-empty-subject'],
  'the certificate has a critical extension that is unknown here': [
    'rfc5280::unknown-critical-extension-ee',
    'rfc5280::ee-critical-aia-invalid',
  ],
  'the root does not insist on being an authority': [
    'rfc5280::root-missing-basic-constraints',
    'rfc5280::root-non-critical-basic-constraints',
  ],
  'the root may not sign certificates': ['rfc5280::root-inconsistent-ca-extensions'],
  'the certificate may sign others but is no authority': ['rfc5280::leaf-ku-keycertsign'],
  'a certificate repeats an extension': ['rfc5280::duplicate-extensions'],
};

/** Where the suite accepts and we refuse: roots that limit names, which a plain profile does not weigh. */
const stricter: readonly string[] = [
  'rfc5280::nc::permitted-dns-match',
  'rfc5280::nc::permitted-dns-match-more',
  'rfc5280::nc::permitted-different-constraint-type',
  'rfc5280::nc::excluded-different-constraint-type',
  // Its certificate has a directory name and no DNS name at all, so that `openssl verify` finds another name too.
  'rfc5280::nc::permitted-dn-match',
];

describe('the certificate profile against x509-limbo (R301, R304, R364)', () => {
  const cases = limbo();
  const inside = cases.filter((test) => outside(test) === null);
  const expected = new Map(Object.entries(verdicts).flatMap(([verdict, ids]) => ids.map((id) => [id, verdict])));

  it.each(inside.map((test) => [test.id, test] as const))('%s', async (id, test) => {
    expect(await judge(test)).toBe(expected.get(id));
    const agrees = (expected.get(id) === 'SUCCESS') === (test.expected_result === 'SUCCESS');
    expect(agrees).toBe(!stricter.includes(id));
  });

  it('refuses each case outside the profile, whatever the suite says of it', async () => {
    for (const test of cases.filter((each) => outside(each) !== null)) {
      expect([test.id, await judge(test)]).toEqual([test.id, expect.stringMatching(/^(the|a) (certificate|root) /)]);
    }
  });

  it('judges 46 of 82 cases: 6 accepted and 35 refused as the suite does, 5 that it accepts refused', () => {
    const groups = Object.groupBy(cases, (test) => outside(test) ?? 'inside');
    const counts = Object.fromEntries(Object.entries(groups).map(([reason, tests]) => [reason, tests.length]));
    expect(counts).toEqual({ inside: 46, 'an intermediate': 29, 'an IP address': 7 });
    expect(inside.filter((test) => expected.get(test.id) === 'SUCCESS')).toHaveLength(6);
    expect(inside.filter(({ expected_result }) => expected_result === 'FAILURE')).toHaveLength(35);
    expect(stricter).toHaveLength(5);
    expect(expected.size).toBe(46);
  });
});
