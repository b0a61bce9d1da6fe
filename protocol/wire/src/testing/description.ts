import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { type $ZodType, toJSONSchema } from 'zod/v4/core';

/** A JSON schema, of a description or of our code. */
export type Schema = {
  readonly $ref?: string;
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly [keyword: string]: unknown;
};

/** A published description of docs/api, and its schemas as something that checks. */
export class Description<Document extends object> {
  readonly document: Document;
  readonly #schemas: Readonly<Record<string, Schema>>;

  constructor(file: string) {
    const text = readFileSync(join(import.meta.dirname, '../../../../docs/api', file), 'utf8');
    this.document = parse(text) as Document;
    this.#schemas = (this.document as { components: { schemas: Record<string, Schema> } }).components.schemas;
  }

  get schemas(): ReadonlyMap<string, Schema> {
    return new Map(Object.entries(this.#schemas));
  }

  schema(name: string): Schema {
    const schema = this.#schemas[name];
    if (schema === undefined) throw new Error(`nothing described as ${name}`);
    return schema;
  }

  /** What a `$ref` stands for, and everything in it. */
  whole(schema: Schema): Schema {
    if (schema.$ref !== undefined) return this.whole(this.schema(schema.$ref.split('/').at(-1) ?? ''));
    const { properties, items, anyOf, oneOf } = schema;
    const each = (all: readonly Schema[]) => all.map((one) => this.whole(one));
    return {
      ...schema,
      ...(properties && {
        properties: Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, this.whole(one)])),
      }),
      ...(items && { items: this.whole(items) }),
      ...(anyOf && { anyOf: each(anyOf) }),
      ...(oneOf && { oneOf: each(oneOf) }),
    };
  }

  accepts(schema: Schema): (value: unknown) => boolean {
    const shape = z.fromJSONSchema(this.whole(schema) as Parameters<typeof z.fromJSONSchema>[0]);
    return (value) => shape.safeParse(value).success;
  }
}

/** What our code reads, as far as a schema can say it: `{}` where a function decides. */
export const schemaOf = (shape: $ZodType): Schema =>
  toJSONSchema(shape, { unrepresentable: 'any', io: 'input' }) as Schema;

const keywords = [
  'type',
  'const',
  'enum',
  'minimum',
  'maximum',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'pattern',
];

/** In what a description and our code differ, place by place; empty when they say the same. */
export const differences = (described: Schema, code: Schema, at = ''): string[] => {
  if (isOpaque(code)) return isOpaque(described) ? [`${at} is described as anything`] : [];
  const said = keywords.flatMap((word) => {
    const [theirs, ours] = [statementOf(described, word), statementOf(code, word)];
    return theirs === ours ? [] : [`${at} ${word}: described as ${theirs}, read as ${ours}`];
  });
  return [
    ...said,
    ...ofMembers(described, code, at),
    ...ofItems(described, code, at),
    ...ofChoices(described, code, at),
  ];
};

const isOpaque = (schema: Schema): boolean =>
  Object.keys(schema).every((word) => ['$schema', 'description', 'default'].includes(word));

/** The bounds of every safe integer, and the type of a constant, say nothing. */
const statementOf = (schema: Schema, word: string): string | undefined => {
  const value = schema[word];
  if (typeof value === 'number' && Math.abs(value) === Number.MAX_SAFE_INTEGER) return undefined;
  if (word === 'type' && ('const' in schema || 'enum' in schema)) return undefined;
  return value === undefined ? undefined : JSON.stringify(value);
};

const ofMembers = (described: Schema, code: Schema, at: string): string[] => {
  const [theirs, ours] = [described.properties ?? {}, code.properties ?? {}];
  return [...new Set([...Object.keys(theirs), ...Object.keys(ours)])].flatMap((name) => {
    const [one, other] = [theirs[name], ours[name]];
    if (one === undefined) return [`${at}.${name} is read and not described`];
    if (other === undefined) return [`${at}.${name} is described and not read`];
    const required = [described, code].map((schema) => schema.required?.includes(name) ?? false);
    const differs =
      required[0] !== required[1]
        ? [`${at}.${name} is required by ${required[0] ? 'the description' : 'the code'} alone`]
        : [];
    return [...differs, ...differences(one, other, `${at}.${name}`)];
  });
};

const ofItems = (described: Schema, code: Schema, at: string): string[] =>
  code.items === undefined || described.items === undefined
    ? code.items === described.items
      ? []
      : [`${at} has items on one side only`]
    : differences(described.items, code.items, `${at}[]`);

/** Choices in the order of the code. */
const ofChoices = (described: Schema, code: Schema, at: string): string[] => {
  const [theirs, ours] = [described, code].map(({ anyOf, oneOf }) => anyOf ?? oneOf ?? []) as [Schema[], Schema[]];
  if (theirs.length !== ours.length) return [`${at}: ${theirs.length} choices are described, ${ours.length} read`];
  return ours.flatMap((choice, index) => differences(theirs[index] as Schema, choice, `${at}<${index}>`));
};

const odd: readonly unknown[] = [
  null,
  -1,
  0,
  1.5,
  2 ** 40,
  '',
  'x',
  'X'.repeat(70_000),
  '10.0.0.1',
  'kms://a.example/keys/x',
  true,
  [],
  {},
  [null],
];

/** The example with each of its members, however deep, left out or replaced by something odd or by another member's value. */
export function* variations(example: unknown): Generator<{ readonly at: string; readonly value: unknown }> {
  const places = [...placesIn(example)];
  const values = [
    ...new Map([...odd, ...places.map(({ value }) => value)].map((each) => [JSON.stringify(each), each])).values(),
  ];
  for (const { path } of places) {
    yield { at: `${path.join('.')} left out`, value: changed(example, path, undefined) };
    for (const [index, other] of values.entries())
      yield { at: `${path.join('.')} replaced by ${index}`, value: changed(example, path, other) };
  }
}

function* placesIn(
  value: unknown,
  path: readonly string[] = [],
): Generator<{ path: readonly string[]; value: unknown }> {
  if (path.length > 0) yield { path, value };
  if (typeof value !== 'object' || value === null) return;
  for (const [name, member] of Object.entries(value)) yield* placesIn(member, [...path, name]);
}

const changed = (root: unknown, path: readonly string[], value: unknown): unknown => {
  const copy = structuredClone(root);
  const parent = path.slice(0, -1).reduce((from, name) => from[name] as Members, copy as Members);
  const name = path.at(-1) ?? '';
  if (value === undefined && Array.isArray(parent)) parent.splice(Number(name), 1);
  else if (value === undefined) delete parent[name];
  else parent[name] = value;
  return copy;
};

type Members = Record<string, unknown>;
