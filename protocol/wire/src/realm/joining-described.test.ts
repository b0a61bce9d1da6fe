import { describe, expect, it } from 'vitest';
import type { ZodMiniType } from 'zod/mini';
import { Description, differences, type Schema, schemaOf, variations } from '../testing/description.ts';
import { isRead } from '../testing/is-read.ts';
import {
  joinedStatement,
  joinedType,
  joinRequest,
  parseJoined,
  parseJoinRequest,
  parseRealmProof,
  parseRenewRequest,
  realmProof,
  realmProofType,
  renewRequest,
} from './joining.ts';

type Content = { readonly example: unknown };
type Operation = { readonly requestBody: { readonly content: { readonly 'application/json': Content } } };
type OpenApi = {
  readonly openapi: string;
  readonly info: { readonly description: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly responses: { readonly Joined: { readonly content: { readonly 'application/jose': Content } } };
  };
};

const description = new Description<OpenApi>('joining.openapi.yaml');
const { paths, components, openapi, info } = description.document;
const sent = (path: string) => paths[path]?.post?.requestBody.content['application/json'].example;
const thumbprint = 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k';
const proof = {
  act: 'join',
  aud: thumbprint,
  kmsHost: 'kms.acme.example',
  keys: { link: thumbprint, receipt: thumbprint, tls: thumbprint },
  code: thumbprint,
  iat: 1_795_000_000,
};

type Body = { name: string; code: ZodMiniType; parse: (input: unknown) => unknown; example: unknown };
const bodies: readonly Body[] = [
  { name: 'JoinRequest', code: joinRequest, parse: parseJoinRequest, example: sent('/identity/api/v1/realms') },
  {
    name: 'RenewRequest',
    code: renewRequest,
    parse: parseRenewRequest,
    example: sent('/identity/api/v1/realms/{kmsHost}/keys'),
  },
  { name: 'Proof', code: realmProof, parse: parseRealmProof, example: proof },
  {
    name: 'Joined',
    code: joinedStatement,
    parse: parseJoined,
    example: components.responses.Joined.content['application/jose'].example,
  },
];
const schemaNamed = (name: string): Schema => description.schema(name);
describe('the description of joining (R352)', () => {
  it('is OpenAPI 3.1, and names the types of what is signed', () => {
    expect(openapi).toMatch(/^3\.1\./);
    for (const type of [realmProofType, joinedType]) expect(info.description).toContain(type);
  });

  it.each(bodies)('has for $name the members, bounds and words of the code', ({ name, code }) => {
    expect(differences(description.whole(schemaNamed(name)), schemaOf(code))).toEqual([]);
  });

  it.each(bodies)('judges the example of $name, whole or changed, as the code does', ({ name, parse, example }) => {
    const [accepts, reads] = [description.accepts(schemaNamed(name)), isRead(parse)];
    expect([accepts(example), parse(example)]).toEqual([true, example]);
    for (const { at, value } of variations(example)) expect([at, accepts(value)]).toEqual([at, reads(value)]);
  });
});
