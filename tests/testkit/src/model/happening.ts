import type { AsyncCommand } from 'fast-check';

/** Nothing is known of a run before it has ended: what it led to is checked then, against a model of its own. */
export type Started = Record<string, never>;

/** Something that happens to a run, named for the report. */
export class Happening<Run extends object> implements AsyncCommand<Started, Run> {
  readonly #name: string;
  readonly #run: (run: Run) => unknown;

  constructor(name: string, run: (run: Run) => unknown) {
    this.#name = name;
    this.#run = run;
  }

  check(): boolean {
    return true;
  }

  async run(_: Started, run: Run): Promise<void> {
    await this.#run(run);
  }

  toString(): string {
    return this.#name;
  }
}
