import { type Database, sql } from '@cloister/database';

const DAY = 86_400_000;
const KEPT_DAYS = 30;

const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 10);

/** How many terms people searched for in the last 30 days; which ones is written nowhere. */
export class SearchedTerms {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** @param now milliseconds since 1970 */
  async add(terms: number, now: number): Promise<void> {
    if (terms === 0) return;
    await this.#database.execute(sql.prepared`
      insert into searched_terms (day, terms) values (${dayOf(now)}::date, ${terms})
      on conflict (day) do update set terms = searched_terms.terms + excluded.terms`);
  }

  async count(now: number): Promise<number> {
    const oldest = dayOf(now - KEPT_DAYS * DAY);
    await this.#database.execute(sql`delete from searched_terms where day < ${oldest}::date`);
    const { terms } = await this.#database.one(
      sql<{ terms: number }>`select coalesce(sum(terms), 0)::bigint as terms from searched_terms`,
    );
    return terms;
  }
}
