import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CloisterError,
  changeAsked,
  changeDecided,
  checkWith,
  closureAsked,
  federationRealm,
  keysAsked,
  keysGiven,
  listAsked,
  listGiven,
  listRecalled,
  readersAsked,
  readersGiven,
  removalAsked,
  toProblem,
} from '@cloister/wire';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import type * as mini from 'zod/mini';
import type { KmsContext } from '../context.ts';
import { realmRoute } from './http/realm-route.ts';
import { peerRoutes } from './peer-routes.ts';
import { TestAuthority } from './testing/test-authority.ts';
import { type TestPeer, TestPeers } from './testing/test-peer.ts';

type Schema = { readonly $ref?: string; readonly required?: readonly string[] };
type Content = Readonly<Record<string, { readonly schema: Schema; readonly example: object }>>;
type Operation = {
  readonly operationId: string;
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly $ref?: string; readonly content?: Content }>>;
};
type Description = {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>;
    readonly responses: Readonly<Record<string, { readonly content: Content }>>;
  };
};

const text = readFileSync(join(import.meta.dirname, '../../../../docs/api/federation.openapi.yaml'), 'utf8');
const described = parse(text) as Description;
const operations = Object.entries(described.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, operation })),
);

/** A documented shape, as something that checks. */
const documented = (schema: object): z.ZodType => {
  const local = (value: object) => JSON.parse(JSON.stringify(value).replaceAll('#/components/schemas/', '#/$defs/'));
  return z.fromJSONSchema({ ...local(schema), $defs: local(described.components.schemas) });
};

/** The shapes of our own code, by their documented names. */
const own: Readonly<Record<string, mini.ZodMiniType>> = {
  Realm: federationRealm,
  ChangeAsked: changeAsked,
  ClosureAsked: closureAsked,
  ChangeDecided: changeDecided,
  ListAsked: listAsked,
  ListGiven: listGiven,
  ListRecalled: listRecalled,
  RemovalAsked: removalAsked,
  ReadersAsked: readersAsked,
  ReadersGiven: readersGiven,
  KeysAsked: keysAsked,
  KeysGiven: keysGiven,
};
const answerOf = ({ responses }: Operation): Content | undefined => {
  const { $ref, content } = responses['200'] ?? {};
  return $ref === undefined ? content : described.components.responses[nameOf({ $ref })]?.content;
};
const nameOf = ({ $ref = '' }: Schema): string => $ref.split('/').at(-1) ?? '';

let peers: TestPeers;
let [acme, globex]: TestPeer[] = [];
beforeAll(async () => {
  peers = new TestPeers(await TestAuthority.open(new Date()));
  [acme, globex] = [await peers.add('kms.acme.example'), await peers.add('kms.globex.example')];
});
afterAll(() => peers.close());

describe('the description of what key servers ask each other (R352)', () => {
  it('is OpenAPI 3.1 with every operation named once', () => {
    expect(described.openapi).toMatch(/^3\.1\./);
    expect(new Set(operations.map(({ operation }) => operation.operationId)).size).toBe(operations.length);
  });

  it('names every route, and nothing else', () => {
    const routes = [realmRoute((acme as TestPeer).realm), ...peerRoutes({} as KmsContext, () => {})].map(
      ({ method, path }) => `${method} ${path}`,
    );
    expect(operations.map(({ name }) => name).sort()).toEqual(routes.sort());
  });

  const bodies = operations.flatMap(({ name, operation }) => {
    const contents = [operation.requestBody?.content, answerOf(operation)];
    return contents.flatMap((content) => (content === undefined ? [] : [[name, content] as const]));
  });
  it.each(bodies)('of %s has the shapes of the code, and examples of them', (_, content) => {
    const { schema, example } = content['application/json'] as Content[string];
    const shape = documented(schema);
    const code = own[nameOf(schema)] as mini.ZodMiniType;
    expect(shape.safeParse(example).error).toBeUndefined();
    expect(code).toBeDefined();
    const { required = [] } = described.components.schemas[nameOf(schema)] ?? {};
    for (const member of required) {
      for (const changed of [undefined, -1]) {
        const wrong = JSON.parse(JSON.stringify({ ...example, [member]: changed }));
        expect(shape.safeParse(wrong).success).toBe(false);
        expect(() => checkWith(code, wrong)).toThrow(CloisterError);
      }
    }
    expect(checkWith(code, example)).toEqual(example);
  });

  it('fits what a key server answers', async () => {
    const realm = await globex?.federation.meet((acme as TestPeer).kmsHost);
    expect(documented({ $ref: '#/components/schemas/Realm' }).safeParse(realm).error).toBeUndefined();
  });

  it('fits every problem there can be, and each operation has it', () => {
    const problem = documented({ $ref: '#/components/schemas/Problem' });
    const { example } = described.components.responses.Problem?.content['application/problem+json'] ?? {};
    const refused = toProblem(new CloisterError('kms/peer-unknown', { detail: 'x' }));
    for (const each of [example, refused, toProblem(new TypeError('x'))]) {
      expect(problem.safeParse(each).error).toBeUndefined();
    }
    for (const { operation } of operations)
      expect(operation.responses.default?.$ref).toBe('#/components/responses/Problem');
  });
});
