import { CloisterError, maxPlansBytes, type Plan, type PlanRoom } from '@cloister/wire';

/** Why a query ended without all of its plans: a code for who asked. */
export class QueryEnded {
  readonly code: string;

  constructor(code: string) {
    this.code = code;
  }
}

/** The plans of one query as they come. Whoever goes through them waits for those to come; it can be gone through again, for further pages. */
export class PlanList implements AsyncIterable<Plan> {
  readonly #plans: Plan[] = [];
  readonly #indexes = new Set<string>();
  /** The parts of a room that goes on in the next plan. */
  #begun: readonly PlanRoom[] = [];
  #end: 'complete' | 'answered' | QueryEnded | undefined;
  #came = Promise.withResolvers<void>();
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  /** Whether nothing more is waited for. */
  get ended(): boolean {
    return this.#end !== undefined;
  }

  get failed(): boolean {
    return this.#end instanceof QueryEnded;
  }

  get first(): Plan | undefined {
    return this.#plans[0];
  }

  /** Rooms that the indexer could not look in, as far as it said. */
  get unsearched(): number {
    return this.#plans.reduce((sum, { unsearched = 0 }) => sum + unsearched, 0);
  }

  /** The indexes that were named so far. */
  get rooms(): readonly PlanRoom[] {
    return this.#plans.flatMap(({ rooms }) => rooms);
  }

  /**
   * Adds a plan of `bytes` bytes: over rooms that are not named yet, with what is the same in every plan of a query. A room that goes on
   * is in none of them until it is complete.
   * @throws CloisterError `wire/invalid-message` or `search/too-broad`, and nothing is added
   */
  add(plan: Plan, bytes: number): void {
    const { first } = this;
    if (first !== undefined && sameOf(first) !== sameOf(plan)) {
      throw new CloisterError('wire/invalid-message', { detail: 'another query than the plan before' });
    }
    const begun = this.#begun;
    const [next, ...others] = plan.rooms.map(nameOf);
    if (begun.length > 0 && next !== begun.map(nameOf)[0]) {
      throw new CloisterError('wire/invalid-message', { detail: 'a room that does not go on' });
    }
    const names = next === undefined || begun.length > 0 ? others : [next, ...others];
    if (names.some((name) => this.#indexes.has(name))) {
      throw new CloisterError('wire/invalid-message', { detail: 'an index twice' });
    }
    if (this.#bytes + bytes > maxPlansBytes) throw new CloisterError('search/too-broad');
    for (const name of names) this.#indexes.add(name);
    this.#begun = plan.goesOn ? [...begun, ...plan.rooms] : [];
    this.#plans.push({ ...plan, rooms: plan.goesOn ? [] : joined(begun, plan.rooms) });
    this.#bytes += bytes;
    if (plan.last) this.#end = 'complete';
    this.#tell();
  }

  /** The indexer answers by itself, and plans nothing. */
  answer(): void {
    this.#end ??= 'answered';
    this.#tell();
  }

  /** Waits until it is known what there will be. @throws QueryEnded when it is nothing */
  async begun(): Promise<'planned' | 'answered'> {
    while (this.#plans.length === 0 && this.#end === undefined) await this.#came.promise;
    if (this.#plans.length === 0 && this.#end instanceof QueryEnded) throw this.#end;
    return this.#end === 'answered' ? 'answered' : 'planned';
  }

  /** Nothing more comes: who waits is told why. What is complete stays so. */
  end(code: string): void {
    this.#end ??= new QueryEnded(code);
    this.#tell();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Plan, void, undefined> {
    for (let next = 0; ; ) {
      const plan = this.#plans[next];
      if (plan !== undefined) {
        next += 1;
        yield plan;
      } else if (this.#end instanceof QueryEnded) throw this.#end;
      else if (this.#end !== undefined) return;
      else await this.#came.promise;
    }
  }

  #tell(): void {
    this.#came.resolve();
    this.#came = Promise.withResolvers();
  }
}

const nameOf = ({ roomId, generation }: PlanRoom): string => `${roomId} ${generation}`;

/** Rooms the first of which has begun in plans before. */
const joined = (begun: readonly PlanRoom[], rooms: readonly PlanRoom[]): readonly PlanRoom[] => {
  const [first, ...others] = rooms;
  if (begun.length === 0 || first === undefined) return rooms;
  const parts = [...begun, first];
  const slots = first.slots.map((_, slot) => Buffer.concat(parts.map((part) => part.slots[slot] as Uint8Array)));
  return [{ ...first, slots }, ...others];
};

const sameOf = ({ expression, bounds, slots, tellSlots }: Plan): string =>
  JSON.stringify([expression, bounds, slots, tellSlots]);
