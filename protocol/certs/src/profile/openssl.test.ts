import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { extension, put, signedPartOf, writeCertificate } from '../testing/certificate-draft.ts';
import { bits, utcTime } from '../testing/der-writer.ts';
import { allDeviations } from '../testing/deviations/all-deviations.ts';
import { type Deviation, STRICTER } from '../testing/deviations/deviation.ts';
import { type Scene, type SceneOptions, sceneOf } from '../testing/scene.ts';
import { acceptedIn, TwoJudges, weAccept } from '../testing/two-judges.ts';

const CASES = Math.min(2000, Math.max(300, Number(process.env.CLOISTER_RUNS ?? 100)));
/** A process of OpenSSL takes some 15 milliseconds on an idle machine, and others use it too. */
const timeout = 600_000;

const judges = new TwoJudges();
afterAll(() => judges.remove());

const accepts = { we: true, openssl: true };
const curves = { rootKey: 'P-256', leafKey: 'P-256', hash: 'sha256', purpose: 'server' } as const;
const numbers = { rootKey: 'RSA 2048', leafKey: 'RSA 2048', hash: 'sha384', purpose: 'client' } as const;
const keys = ['P-256', 'P-384', 'RSA 2048', 'RSA 3072'] as const;
const options: fc.Arbitrary<SceneOptions> = fc.record({
  rootKey: fc.constantFrom(...keys),
  leafKey: fc.constantFrom(...keys),
  hash: fc.constantFrom('sha256', 'sha384', 'sha512'),
  purpose: fc.constantFrom('server', 'client'),
});

/** A scene with these deviations, in the order of their list, so that the later ones build on the earlier. */
function play(deviations: readonly Deviation[], base: SceneOptions): Scene {
  const chosen = allDeviations.filter((each) => deviations.includes(each));
  const scene = sceneOf(Object.assign({}, base, ...chosen.map((each) => each.options)));
  for (const { apply } of chosen) apply?.(scene);
  return scene;
}

describe('the certificate profile against `openssl verify -x509_strict` (R301, R304, R364)', () => {
  it('accepts what keeps every rule, as OpenSSL does, for each kind of key', async () => {
    const pairs = keys.flatMap((rootKey) => keys.map((leafKey) => ({ rootKey, leafKey })));
    const scenes = pairs.flatMap((pair) => [sceneOf({ ...curves, ...pair }), sceneOf({ ...numbers, ...pair })]);
    expect(await judges.judgeAll(scenes)).toEqual(scenes.map(() => accepts));
  });

  it('agrees on each single deviation, but for those that it names as stricter', { timeout }, async () => {
    const servers = await judges.judgeAll(allDeviations.map((each) => play([each], curves)));
    const clients = await judges.judgeAll(allDeviations.map((each) => play([each], numbers)));
    const reasons = new Set<string>();
    for (const [index, { id, stricter }] of allDeviations.entries()) {
      const both = [servers[index], clients[index]];
      const isStricter = both.some((verdicts) => verdicts?.openssl === true && !verdicts.we);
      const isLooser = both.some((verdicts) => verdicts?.we === true && (!verdicts.openssl || stricter !== undefined));
      expect({ id, isStricter, isLooser }).toEqual({ id, isStricter: stricter !== undefined, isLooser: false });
      if (stricter !== undefined) reasons.add(stricter);
    }
    expect([...reasons].toSorted()).toEqual(STRICTER.toSorted());
    const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');
    for (const reason of reasons) expect(readme).toContain(`| ${reason} `);
  });

  it('agrees for any kinds of key on up to three deviations together', { timeout }, async () => {
    const deviations = fc.uniqueArray(fc.constantFrom(...allDeviations.filter(({ alone }) => !alone)), {
      maxLength: 3,
      selector: ({ slot }) => slot,
    });
    await fc.assert(
      fc.asyncProperty(deviations, options, async (chosen, base) => {
        const { we, openssl } = await judges.judge(play(chosen, base));
        expect(we).toBe(openssl && chosen.every(({ stricter }) => stricter === undefined));
      }),
      { numRuns: CASES },
    );
  });

  it('accepts nothing that was changed anywhere and signed anew, and that OpenSSL refuses', { timeout }, async () => {
    const change = fc.record({ at: fc.nat(), remove: fc.nat(2), insert: fc.uint8Array({ maxLength: 2 }) });
    await fc.assert(
      fc.asyncProperty(change, options, async ({ at, remove, insert }, base) => {
        const scene = sceneOf(base);
        const content = Buffer.from(signedPartOf(scene.leaf));
        const place = at % content.length;
        const changed = Buffer.concat([content.subarray(0, place), insert, content.subarray(place + remove)]);
        const certificate = writeCertificate(scene.leaf, Uint8Array.from(changed));
        const roots = acceptedIn(scene).map((root) => writeCertificate(root));
        if (!(await weAccept(scene, certificate, roots)) || hasUnread(changed)) return;
        expect(await judges.opensslAccepts(scene, [certificate], roots)).toEqual([true]);
      }),
      { numRuns: 2 * CASES },
    );
  });
});

/** The extension that one changed byte can make of another, and that OpenSSL reads and the profile does not; see below. */
const hasUnread = (content: Buffer): boolean => content.includes(Buffer.from('0603551d1f', 'hex'));

describe('where OpenSSL refuses and the profile does not', () => {
  it('the last second is valid (RFC 5280 §4.1.2.5: inclusive)', async () => {
    const scene = sceneOf(curves);
    scene.leaf.notAfter = utcTime('261122080000Z');
    expect(await judges.judge(scene)).toEqual({ we: true, openssl: false });
    scene.now += 1;
    expect(await judges.judge(scene)).toEqual({ we: false, openssl: false });
  });

  it('the purposes of Netscape are not read: RFC 5280 does not know them', async () => {
    const scene = sceneOf(curves);
    const client = sceneOf({ ...curves, purpose: 'client' });
    for (const { leaf } of [scene, client]) put(leaf, extension('netscapeCertType', bits(7, Uint8Array.of(0x80))));
    expect(await judges.judge(scene)).toEqual({ we: true, openssl: false });
    expect(await judges.judge(client)).toEqual(accepts);
  });

  it('the places of revocation lists are not read, whatever stands there: no list is', async () => {
    const scene = sceneOf(curves);
    put(scene.leaf, extension('crlDistributionPoints', utcTime('no place')));
    expect(await judges.judge(scene)).toEqual({ we: true, openssl: false });
  });
});
