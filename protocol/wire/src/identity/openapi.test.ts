import { describe, expect, it } from 'vitest';
import type { ZodMiniType } from 'zod/mini';
import { Description, differences, type Schema, schemaOf, variations } from '../testing/description.ts';
import { isRead } from '../testing/is-read.ts';
import {
  parsePeopleQuestion,
  parsePeopleStatement,
  peopleQuestion,
  peopleStatement,
  peopleStatementType,
} from './people-statement.ts';
import { parseStatusPayload, statusPayload, statusType } from './status-feed.ts';

type Content = { readonly schema: Schema; readonly example: unknown };
type Operation = {
  readonly requestBody?: { readonly content: { readonly 'application/json': Content } };
  readonly responses: Readonly<
    Record<string, { readonly description: string; readonly content?: { readonly 'application/jose': Content } }>
  >;
};
type OpenApi = {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
};

const description = new Description<OpenApi>('identity-for-realms.openapi.yaml');
const feed = description.document.paths['/identity/status/v1/feed']?.get;
const people = description.document.paths['/identity/status/v1/people']?.post;
const signed = (operation: Operation | undefined) =>
  operation?.responses['200']?.content?.['application/jose'] as Content;

type Body = { name: string; content: Content; code: ZodMiniType; parse: (input: unknown) => unknown };
const bodies: readonly Body[] = [
  { name: 'the feed', content: signed(feed), code: statusPayload, parse: parseStatusPayload },
  {
    name: 'the question about people',
    content: people?.requestBody?.content['application/json'] as Content,
    code: peopleQuestion,
    parse: parsePeopleQuestion,
  },
  { name: 'the statement about people', content: signed(people), code: peopleStatement, parse: parsePeopleStatement },
];

describe('the description of what identity tells realms (R352)', () => {
  it('is OpenAPI 3.1 of these two and nothing else', () => {
    expect(description.document.openapi).toMatch(/^3\.1\./);
    const paths = Object.entries(description.document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    expect(paths.sort()).toEqual(['get /identity/status/v1/feed', 'post /identity/status/v1/people']);
    expect(feed?.responses['200']?.description).toContain(statusType);
    expect(people?.responses['200']?.description).toContain(peopleStatementType);
  });

  it.each(bodies)('has for $name the members, bounds and words of the code', ({ content, code }) => {
    expect(differences(description.whole(content.schema), schemaOf(code))).toEqual([]);
  });

  it.each(bodies)('judges the example of $name, whole or changed, as the code does', ({ content, parse }) => {
    const [accepts, reads] = [description.accepts(content.schema), isRead(parse)];
    expect([accepts(content.example), parse(content.example)]).toEqual([true, content.example]);
    for (const { at, value } of variations(content.example)) expect([at, accepts(value)]).toEqual([at, reads(value)]);
  });

  it('has an example of every kind of entry', () => {
    const kinds = (schemaOf(statusPayload).properties?.entries?.items?.oneOf ?? []).map(
      ({ properties }) => properties?.kind?.const,
    );
    const { entries } = parseStatusPayload(signed(feed).example);
    expect(entries.map(({ kind }) => kind).sort()).toEqual(kinds.sort());
  });
});
