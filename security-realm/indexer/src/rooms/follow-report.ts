/** What an operator hears of following: numbers and codes, no room (R353). */
export interface FollowReport {
  /** Postings are in the core. */
  appended(counts: {
    readonly rooms: number;
    readonly documents: number;
    readonly postings: number;
    readonly capped: number;
  }): void;
  /** A room could not be read or written for now. */
  waits(fault: unknown): void;
  /** The core's index of so many rooms stood elsewhere than was thought, or behind what it said before. */
  moved(rooms: number): void;
  /** The counters of so many rooms were not what they were: these rooms are indexed anew. */
  renewed(rooms: number): void;
  /** An index that a newer one has caught up with is gone. */
  dropped(): void;
}
