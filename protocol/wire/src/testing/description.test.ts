import { expect, it } from 'vitest';
import * as z from 'zod/mini';
import { differences, type Schema, schemaOf, variations } from './description.ts';

const code = z.object({
  id: z.custom<string>((value) => value === 'x'),
  name: z.string().check(z.maxLength(3)),
  count: z.optional(z.int().check(z.minimum(1))),
  kinds: z.array(z.enum(['a', 'b'])),
  end: z.nullable(z.literal('now')),
});
const described = {
  type: 'object',
  required: ['id', 'name', 'kinds', 'end'],
  properties: {
    id: { type: 'string' },
    name: { type: 'string', maxLength: 3 },
    count: { type: 'integer', minimum: 1 },
    kinds: { type: 'array', items: { enum: ['a', 'b'] } },
    end: { anyOf: [{ const: 'now' }, { type: 'null' }] },
  },
} as const;
const withMember = (name: string, schema: Schema | undefined): Schema => {
  const { [name]: _, ...rest } = described.properties as Record<string, Schema>;
  return { ...described, properties: schema === undefined ? rest : { ...rest, [name]: schema } };
};

it('finds nothing where description and code agree', () => {
  expect(differences(described, schemaOf(code))).toEqual([]);
});

it.each<[string, Schema]>([
  ['a member left out', withMember('count', undefined)],
  ['a member too many', withMember('more', { type: 'string' })],
  ['a member that is not required', { ...described, required: ['id', 'name', 'kinds'] }],
  ['a member that is required', { ...described, required: [...described.required, 'count'] }],
  ['another bound', withMember('name', { type: 'string', maxLength: 4 })],
  ['no bound', withMember('name', { type: 'string' })],
  ['another type', withMember('count', { type: 'number', minimum: 1 })],
  ['another word', withMember('kinds', { type: 'array', items: { enum: ['a', 'c'] } })],
  ['another constant', withMember('end', { anyOf: [{ const: 'then' }, { type: 'null' }] })],
  ['a choice left out', withMember('end', { anyOf: [{ const: 'now' }] })],
  ['no items', withMember('kinds', { type: 'array' })],
  ['anything at all', withMember('id', {})],
])('finds %s', (_, changed) => {
  expect(differences(changed, schemaOf(code))).toHaveLength(1);
});

it('leaves every member of an example out, and replaces it, however deep', () => {
  const example = { a: { b: ['c'] }, d: 1 };
  const all = [...variations(example)];
  expect(all.map(({ at }) => at).filter((at) => at.endsWith('left out'))).toEqual([
    'a left out',
    'a.b left out',
    'a.b.0 left out',
    'd left out',
  ]);
  expect(all.map(({ value }) => value)).toContainEqual({ a: { b: [1] }, d: 1 });
  expect(example).toEqual({ a: { b: ['c'] }, d: 1 });
});
