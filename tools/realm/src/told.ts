/** What a command has to say: as one JSON value, or as lines for people. Never a secret. */
export interface Told {
  readonly value: object;
  readonly lines: readonly string[];
}
