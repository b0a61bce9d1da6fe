import { type Database, openDatabase, sql } from '@cloister/database';
import { Metrics } from '@cloister/health';
import { openLog } from '@cloister/logging';
import { database, type TestDatabase } from '@cloister/testkit';
import { newId, type OrganisationId, type Plan, type RoomId, type UserId } from '@cloister/wire';
import type { SearchHit } from '../evaluate/cursor.ts';
import { SearchIndex, type SearchIndexOptions } from '../search-index.ts';

export interface TestEntry {
  readonly verb: string;
  readonly published: number;
  readonly parent?: { readonly position: number; readonly type: string };
  /** Position of what a `delete` deletes. */
  readonly target?: number;
}

/** A core's database with rooms whose logs tests write as they like. */
export class TestLog {
  readonly organisationId = newId<OrganisationId>();
  readonly logged: string[] = [];
  readonly #base: TestDatabase;
  readonly db: Database;

  private constructor(base: TestDatabase, db: Database) {
    this.#base = base;
    this.db = db;
  }

  static async open(): Promise<TestLog> {
    const base = await database();
    const { host, database: name, user, credentialFile } = base;
    const db = openDatabase({ host, database: name, user, credentialFile, max: 6 });
    await db.migrate(new URL('../../../../migrations/', import.meta.url));
    return new TestLog(base, db);
  }

  async end(): Promise<void> {
    await this.db.close();
    await this.#base.drop();
  }

  get credentials() {
    const { host, database: name, user, credentialFile } = this.#base;
    return { host, database: name, user, credentialFile };
  }

  index(options: Partial<SearchIndexOptions> & Pick<SearchIndexOptions, 'key'>): Promise<SearchIndex> {
    const log = openLog({ name: 'core', destination: { write: (line: string) => void this.logged.push(line) } });
    return SearchIndex.open({ db: this.db, reset: false, now: Date.now, log, metrics: new Metrics(), ...options });
  }

  async room(...members: readonly UserId[]): Promise<RoomId> {
    const id = newId<RoomId>();
    await this.db.execute(sql`
      insert into rooms (id, organisation_id, kms_host, resource_uri, head, created_by, created_at, updated_at)
      values (${id}, ${this.organisationId}, 'kms.test', 'kms://kms.test/resources/x', 0, ${newId()}, to_timestamp(0), to_timestamp(0))`);
    for (const member of members) await this.join(id, member);
    return id;
  }

  async join(roomId: RoomId, userId: UserId): Promise<void> {
    await this.db.execute(sql`
      insert into memberships (room_id, user_id, organisation_id, joined_position)
      values (${roomId}, ${userId}, ${this.organisationId}, 0)`);
  }

  async leave(roomId: RoomId, userId: UserId): Promise<void> {
    await this.db.execute(sql`delete from memberships where room_id = ${roomId} and user_id = ${userId}`);
  }

  async suspend(roomId: RoomId, userId: UserId, at: number | null): Promise<void> {
    await this.db.execute(sql`
      update memberships set suspended_at = ${at} where room_id = ${roomId} and user_id = ${userId}`);
  }

  /** Appends an entry, as the core's own writers do; answers its position. */
  write(roomId: RoomId, { verb, published, parent, target }: TestEntry): Promise<number> {
    const at = new Date(published);
    return this.db.transaction(async (tx) => {
      const { head } = await tx.one(sql<{ head: number }>`
        update rooms set head = head + 1, updated_at = greatest(updated_at, ${at}::timestamptz) where id = ${roomId} returning head`);
      const idAt = async (position: number) =>
        (
          await tx.one(
            sql<{ id: string }>`select id from activities where room_id = ${roomId} and position = ${position}`,
          )
        ).id;
      const parentId = parent === undefined ? null : await idAt(parent.position);
      const targetId = target === undefined ? null : await idAt(target);
      await tx.execute(sql`
        insert into activities (room_id, position, id, actor_id, verb, published, object, parent_id, parent_type)
        values (${roomId}, ${head}, ${newId()}, ${newId()}, ${verb}, ${at}, ${JSON.stringify({ id: targetId })},
          ${parentId}, ${parent?.type ?? null})`);
      if (targetId !== null) {
        await tx.execute(sql`
          update activities set deleted = true
          where room_id = ${roomId} and (id = ${targetId} or (parent_id = ${targetId} and parent_type = 'edit'))`);
      }
      return head;
    });
  }

  async post(roomId: RoomId, published: number): Promise<number> {
    return this.write(roomId, { verb: 'post', published });
  }
}

/** Every hit of a search, over all of its pages. */
export const everyHit = async (
  index: SearchIndex,
  request: Parameters<SearchIndex['search']>[0],
  plans: readonly Plan[],
): Promise<SearchHit[]> => {
  const all: SearchHit[] = [];
  let after: string | undefined;
  do {
    const page = index.search({ ...request, after }, given(plans));
    let step = await page.next();
    for (; !step.done; step = await page.next()) all.push(...step.value);
    after = step.value.next;
  } while (after !== undefined);
  return all;
};

export async function* given(plans: readonly Plan[]): AsyncGenerator<Plan> {
  yield* plans;
}
