import { CloisterError, type UserId } from '@cloister/wire';

/** The key server lets people read whom the room's roster does not name: nothing is sealed until that ends. */
export class RosterMismatch extends CloisterError {
  readonly people: readonly UserId[];

  constructor(people: readonly UserId[], detail?: string) {
    super('client/roster-mismatch', { detail });
    this.people = people;
  }
}
