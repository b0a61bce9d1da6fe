import { issueKmsCertificate, makeRoot, publishKmsKey } from '@cloister/certs';
import { CloisterError, type KmsHost } from '@cloister/wire';
import { beforeAll, beforeEach, expect, it } from 'vitest';
import { HttpClient } from '../http/http-client.ts';
import { memoryStore } from '../store/memory-store.ts';
import type { Store } from '../store/store.ts';
import { kmsHost } from '../testing/key-server-half.ts';
import { alice } from '../testing/log.ts';
import { type ManualPlatform, manualPlatform } from '../testing/manual-platform.ts';
import { ownDomains } from './own-domains.ts';
import { discoverKmsKey } from './trusted-key.ts';

const now = 1_800_000_000_000;
/** DER of the accepted root, base64. */
let kmsRoots: string[];
/** What discovery says of a key server whose certificate names these domains beside its host. */
let certified: { readonly none: string; readonly acme: string; readonly globex: string; readonly elsewhere: string };
let discovery: string;
let me: () => Response;
let store: Store;
let platform: ManualPlatform;

beforeAll(async () => {
  const at = new Date(now);
  const root = await makeRoot({ commonName: 'test root', now: at });
  kmsRoots = [root.certificatePem.replace(/-----[^-]+-----|\s/g, '')];
  const issued = async (domain?: string, host: KmsHost = kmsHost) => {
    const named = domain === undefined ? {} : { domain };
    const { certificatePem, publicJwk } = await issueKmsCertificate({ root, kmsHost: host, ...named, now: at });
    return JSON.stringify(
      await publishKmsKey({ kmsHost: host, jwk: publicJwk, chainPem: `${certificatePem}\n${root.certificatePem}` }),
    );
  };
  certified = {
    none: await issued(),
    acme: await issued('acme.example'),
    globex: await issued('globex.example'),
    elsewhere: await issued('acme.example', 'kms.evil.example' as KmsHost),
  };
});

beforeEach(() => {
  discovery = certified.acme;
  me = () => organisation('acme.example');
  store = memoryStore();
  platform = manualPlatform((url) => {
    if (url.endsWith('/identity/api/v1/me')) return me();
    return Response.json({ kmsCluster: `kms://${kmsHost}`, rsaPublicKey: discovery });
  });
});

const organisation = (...domains: string[]) => Response.json({ id: alice, organisation: { name: 'Acme', domains } });

const discover = async () => {
  const http = new HttpClient({ platform, token: async () => 'token', refused: () => {} });
  const found = discoverKmsKey({
    http,
    address: async () => 'http://localhost/encryption/api/v1',
    personId: alice,
    deployment: { kmsHost, kmsRoots } as never,
    domains: () => ownDomains({ http, identity: 'http://localhost/identity', store }),
    now: () => now,
  });
  found.catch(() => {});
  await platform.advance(60_000);
  return found;
};
const refused = { code: 'kms/invalid-certificate' };

it('accepts a certificate that names the key server and the organisation’s domain (R301)', async () => {
  expect((await discover()).host).toBe(kmsHost);
});

it('accepts it by any of several domains', async () => {
  me = () => organisation('acme.test', 'acme.example');
  expect((await discover()).host).toBe(kmsHost);
});

it.each(['none', 'globex', 'elsewhere'] as const)(
  'refuses a valid certificate for the host that names none of the organisation’s domains, or another host: %s (R301)',
  async (which) => {
    discovery = certified[which];
    await expect(discover()).rejects.toMatchObject(refused);
  },
);

it('says which domains were looked for', async () => {
  discovery = certified.globex;
  await expect(discover()).rejects.toMatchObject({ detail: expect.stringContaining('acme.example') });
});

it('goes by the host alone while the organisation has proved no domain', async () => {
  me = () => organisation();
  discovery = certified.none;
  expect((await discover()).host).toBe(kmsHost);
});

it('remembers the domains while identity is silent, and opens nothing when it never told', async () => {
  await discover();
  me = () => new Response(null, { status: 503 });
  expect((await discover()).host).toBe(kmsHost);
  discovery = certified.globex;
  await expect(discover()).rejects.toMatchObject(refused);
  discovery = certified.acme;
  store = memoryStore();
  await expect(discover()).rejects.toBeInstanceOf(CloisterError);
});

it.each([
  ['no domains', { organisation: { name: 'Acme' } }],
  ['a domain that is none', { organisation: { domains: ['*'] } }],
  ['something else', []],
])('takes no answer of identity with %s, whatever it remembers', async (_, answer) => {
  await discover();
  me = () => Response.json(answer);
  await expect(discover()).rejects.toMatchObject({ code: 'client/unreadable' });
});
