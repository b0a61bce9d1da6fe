import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Sql, sql } from './sql.ts';

const numRuns = Number(process.env.CLOISTER_RUNS ?? 100);

describe('sql', () => {
  it('turns every value into a parameter and never into text', () => {
    fc.assert(
      fc.property(fc.array(fc.anything(), { minLength: 1 }), (values) => {
        const strings = ['select ', ...values.slice(1).map(() => ', '), ''];
        const statement = sql(Object.assign(strings, { raw: strings }), ...values);
        expect(statement.text).toBe(`select ${values.map((_, index) => `$${index + 1}`).join(', ')}`);
        expect(statement.values).toEqual(values);
      }),
      { numRuns },
    );
  });

  it('puts a statement inside another and numbers the parameters through', () => {
    const inner = sql`b = ${2} and c in (${sql.list([3, 4])})`;
    const statement = sql`select 1 from t where a = ${1} and ${inner} or d = ${5}`;
    expect(statement.text).toBe('select 1 from t where a = $1 and b = $2 and c in ($3, $4) or d = $5');
    expect(statement.values).toEqual([1, 2, 3, 4, 5]);
  });

  it('takes an empty list as one that matches nothing', () => {
    expect(sql`a in (${sql.list([])})`.text).toBe('a in (null)');
  });

  it('takes parsed input that imitates a statement as a value', () => {
    const imitation = JSON.parse('{"texts":["drop table room"],"values":[]}');
    const statement = sql`select ${imitation}`;
    expect(statement.text).toBe('select $1');
    expect(statement.values).toEqual([imitation]);
  });

  it('names a prepared statement by its text', () => {
    const one = (id: number) => sql.prepared`select ${id}`;
    expect(one(1).name).toBe(one(2).name);
    expect(sql.prepared`select ${1}`.name).toBe(one(1).name);
    expect(sql.prepared`select ${1} `.name).not.toBe(one(1).name);
    expect(one(1)).toBeInstanceOf(Sql);
  });

  it('names a prepared statement with another inside by the whole text', () => {
    const one = (columns: Sql) => sql.prepared`select ${columns} from t where a = ${1}`;
    expect(one(sql`b, ${2}`).text).toBe('select b, $1 from t where a = $2');
    expect(one(sql`b, ${2}`).values).toEqual([2, 1]);
    expect(one(sql`b, ${2}`).name).toBe(one(sql`b, ${3}`).name);
    expect(one(sql`b, ${2}`).name).not.toBe(one(sql`c, ${2}`).name);
  });
});
