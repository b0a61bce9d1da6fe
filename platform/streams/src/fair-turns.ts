/** What takes turns: its next frame, or undefined when it has none. */
export interface Speaker {
  next(): string | Uint8Array | undefined;
}

/** Hands a frame to the link; `written` is called, later, when the link has let go of it. */
export type SendFrame = (frame: string | Uint8Array, written: () => void) => void;

/** So much of the streams waits inside the link at most: whatever else is sent over it stands behind no more. */
const window = 64 * 1024;

/** Gives everybody who has something to say a frame in turn, no faster than the link takes them. */
export class FairTurns {
  readonly #send: SendFrame;
  /** In the order of their turns. */
  readonly #waiting = new Set<Speaker>();
  #underway = 0;
  #giving = false;

  constructor(send: SendFrame) {
    this.#send = send;
  }

  /** The speaker has something to say. */
  ask(speaker: Speaker): void {
    this.#waiting.add(speaker);
    this.#give();
  }

  clear(): void {
    this.#waiting.clear();
  }

  #give(): void {
    if (this.#giving) return;
    this.#giving = true;
    for (const speaker of this.#waiting) {
      if (this.#underway >= window) break;
      // Whoever has more to say goes to the end of the line, which this loop reaches too.
      this.#waiting.delete(speaker);
      const frame = speaker.next();
      if (frame === undefined) continue;
      this.#waiting.add(speaker);
      this.#underway += frame.length;
      this.#send(frame, () => {
        this.#underway -= frame.length;
        this.#give();
      });
    }
    this.#giving = false;
  }
}
