/** A fault of the machine or the folder that the person at the terminal can mend: what happened and the next step. */
export class SetUpError extends Error {
  override readonly name = 'SetUpError';
  readonly hint: string;

  constructor(what: string, hint: string, options?: ErrorOptions) {
    super(what, options);
    this.hint = hint;
  }
}
