import { sealRsaOaep } from '@cloister/seal';
import { newId } from '@cloister/wire';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestRealm } from './testing/test-realm.ts';

const runs = Number(process.env.CLOISTER_RUNS ?? 100);

let realm: TestRealm;
beforeAll(async () => {
  realm = await TestRealm.open();
});
afterAll(() => realm.close());

/** Requests that are almost right: known words in known places, and anything else. */
const word = fc.constantFrom(
  'create',
  'retrieve',
  'update',
  'delete',
  '/keys',
  '/resources',
  '/authorizations',
  '/ecdhe',
  '/kek',
  '/cmk',
  '/ping',
);
const uri = fc.oneof(
  word,
  fc.constant(`kms://${TestRealm.kmsHost}/keys/${newId()}`),
  fc.constant(`kms://${TestRealm.kmsHost}/resources/${newId()}/authorizations?authId=${newId()}`),
  fc.string(),
);
const anything = fc.oneof(fc.jsonValue(), uri, fc.array(uri, { maxLength: 3 }));
const request = fc.record(
  {
    method: fc.oneof(word, anything),
    uri: fc.oneof(uri, anything),
    requestId: fc.oneof(fc.string(), anything),
    count: anything,
    resourceUri: anything,
    userIds: anything,
    keyUris: anything,
    jwk: anything,
    ttl: fc.oneof(fc.integer(), anything),
    anonymous: fc.oneof(fc.integer(), anything),
    roleUri: anything,
    bearer: anything,
    state: anything,
    assignedOrgId: anything,
    cloister: anything,
  },
  { requiredKeys: [] },
);

describe('any bytes', () => {
  it('as messages give silence or a reply, never a throw (R306)', async () => {
    const alice = await realm.client();
    const good = await alice.seal({ method: 'update', uri: '/ping' });
    const mutated = fc
      .tuple(fc.nat(good.length - 1), fc.string({ minLength: 1, maxLength: 3 }))
      .map(([at, text]) => good.slice(0, at) + text + good.slice(at + 1));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(fc.string(), mutated), { minLength: 1, maxLength: 5 }), async (messages) => {
        const replies = await realm.kms.handleBatch({ ...alice.asker, messages: messages as never });
        expect(replies.every(({ index }) => index < messages.length)).toBe(true);
      }),
      { numRuns: runs },
    );
  });

  it('sealed by a client give a sealed error or silence, never a key', async () => {
    const alice = await realm.client();
    await fc.assert(
      fc.asyncProperty(fc.oneof(request, fc.jsonValue()), fc.boolean(), async (body, framed) => {
        const client = { clientId: alice.clientId, credential: { userId: alice.person.id, bearer: alice.token() } };
        const whole = framed && typeof body === 'object' && body !== null ? { client, requestId: 'r', ...body } : body;
        const [response] = await alice.sendAll([await alice.channel.seal(whole as object)]);
        if (response) expect(response.status === 200 || response.status === 201 || response.status >= 400).toBe(true);
      }),
      { numRuns: runs },
    );
  });

  it('sealed to the static key give a refusal or silence', async () => {
    const { jwk, kid } = realm.staticKey;
    await fc.assert(
      fc.asyncProperty(fc.oneof(request, fc.jsonValue()), async (body) => {
        const alice = realm.device();
        const message = await sealRsaOaep({ jwk, kid }, JSON.stringify(body));
        for (const { message: reply } of await realm.kms.handleBatch({
          ...alice.asker,
          messages: [message] as never,
        })) {
          expect(reply.split('.')).toHaveLength(3);
        }
      }),
      { numRuns: Math.min(runs, 1000) },
    );
  });

  it('as the sealed half of a change give a refusal for good', async () => {
    const alice = await realm.client();
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('create', 'add', 'remove', 'updateKey', 'addKey'),
        request,
        async (kind, body) => {
          const frame = await alice.frame(kind as 'create', { ...body, requestId: newId() });
          const result = await realm.kms.handleOperation(frame);
          expect(result?.status).toBeGreaterThanOrEqual(400);
          expect(await realm.kms.handleOperation(frame)).toMatchObject({ receipt: result?.receipt, reply: null });
        },
      ),
      { numRuns: Math.min(runs, 1000) },
    );
  });
});
