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
  const { texts, values: flat } = flattened(strings, values);
  return new Sql<Row>(texts, flat);
}

/** The same, prepared once a connection: for hot paths. A `sql` inside is for what statements share, not for what varies. */
sql.prepared = <Row = Record<string, unknown>>(
  strings: TemplateStringsArray,
  ...values: readonly unknown[]
): Sql<Row> => {
  const { texts, values: flat } = flattened(strings, values);
  return new Sql<Row>(texts, flat, nameOf(texts));
};

/** `$1, $2, …` for `in (…)` and `values (…)`; an empty list becomes `null`, which matches nothing. */
sql.list = (values: readonly unknown[]): Sql =>
  values.length === 0 ? new Sql(['null'], []) : new Sql(['', ...values.slice(1).map(() => ', '), ''], values);

const flattened = (strings: readonly string[], values: readonly unknown[]): { texts: string[]; values: unknown[] } => {
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
  return { texts, values: flat };
};

/** One for each text: few, since only what statements share goes into a prepared one. */
const names = new Map<string, string>();

/** From the text, so that the same statement has the same name everywhere and another never shares it. */
const nameOf = (texts: readonly string[]): string => {
  const text = texts.join('\0');
  const known = names.get(text);
  if (known !== undefined) return known;
  const name = `s_${createHash('sha256').update(text).digest('hex').slice(0, 32)}`;
  names.set(text, name);
  return name;
};
