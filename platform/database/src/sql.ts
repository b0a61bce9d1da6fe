import { createHash } from 'node:crypto';

declare const row: unique symbol;

/** One statement and its values; `Row` is the shape of a row that it promises. Only `sql` makes one, never parsed input. */
export class Sql<Row = Record<string, unknown>> {
  declare readonly [row]: Row;
  /** The text around the parameters: one more than there are values. */
  readonly texts: readonly string[];
  readonly values: readonly unknown[];
  /** Prepared under this name, once a connection. */
  readonly name: string | undefined;

  constructor(texts: readonly string[], values: readonly unknown[], name?: string) {
    this.texts = texts;
    this.values = values;
    this.name = name;
  }

  /** The text with numbered parameters. */
  get text(): string {
    return this.texts.reduce((text, part, index) => `${text}$${index}${part}`);
  }
}

/**
 * `sql<{ id: string }>\`select id from room where id = ${id}\``: each `${}` becomes a parameter, never text; another
 * `sql` inside becomes part of the statement.
 */
export function sql<Row = Record<string, unknown>>(
  strings: TemplateStringsArray,
  ...values: readonly unknown[]
): Sql<Row> {
  const texts: string[] = [strings[0] ?? ''];
  const flat: unknown[] = [];
  values.forEach((value, index) => {
    const after = strings[index + 1] ?? '';
    if (value instanceof Sql) {
      texts[texts.length - 1] += value.texts[0] ?? '';
      texts.push(...value.texts.slice(1));
      texts[texts.length - 1] += after;
      flat.push(...value.values);
    } else {
      texts.push(after);
      flat.push(value);
    }
  });
  return new Sql<Row>(texts, flat);
}

/** The same, prepared once a connection: for hot paths. Its text never varies, so it takes no `sql` inside. */
sql.prepared = <Row = Record<string, unknown>>(
  strings: TemplateStringsArray,
  ...values: readonly unknown[]
): Sql<Row> => new Sql<Row>(strings, values, nameOf(strings));

/** `$1, $2, …` for `in (…)` and `values (…)`; an empty list becomes `null`, which matches nothing. */
sql.list = (values: readonly unknown[]): Sql =>
  values.length === 0 ? new Sql(['null'], []) : new Sql(['', ...values.slice(1).map(() => ', '), ''], values);

const names = new WeakMap<TemplateStringsArray, string>();

/** From the text, so that the same statement has the same name everywhere and another never shares it. */
function nameOf(strings: TemplateStringsArray): string {
  const known = names.get(strings);
  if (known !== undefined) return known;
  const name = `s_${createHash('sha256').update(strings.join('\0')).digest('hex').slice(0, 32)}`;
  names.set(strings, name);
  return name;
}
