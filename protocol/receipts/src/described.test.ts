import { expect, it } from 'vitest';
import { Description, differences, schemaOf, variations } from '../../wire/src/testing/description.ts';
import { listClaims } from './list-claims.ts';
import { readersClaims } from './readers-claims.ts';
import { receiptClaims } from './receipt-claims.ts';

const link = new Description('realm-link.asyncapi.yaml');
const federation = new Description('federation.openapi.yaml');

it.each([
  ['Receipt', link, receiptClaims],
  ['List', federation, listClaims],
  ['Readers', federation, readersClaims],
] as const)('%s is described as it is read (R352)', (name, description, code) => {
  const schema = description.schema(name);
  expect(differences(description.whole(schema), schemaOf(code))).toEqual([]);
  const { examples, ...shape } = schema;
  const accepts = description.accepts(shape);
  for (const example of examples as unknown[]) {
    expect([accepts(example), code.safeParse(example).success]).toEqual([true, true]);
    for (const { at, value } of variations(example)) {
      // An applied change leaves nothing open: what a schema cannot say, the text does.
      if (!/^(resourceUri|authorizationVersion) replaced/.test(at))
        expect([at, accepts(value)]).toEqual([at, code.safeParse(value).success]);
    }
  }
});
