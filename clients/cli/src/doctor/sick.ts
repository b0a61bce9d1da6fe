import { CloisterError } from '@cloister/wire';

/** What a check throws to report what it found wrong. */
export class Sick extends CloisterError {
  constructor(found: string) {
    super('client/unreadable', { detail: found });
  }
}
