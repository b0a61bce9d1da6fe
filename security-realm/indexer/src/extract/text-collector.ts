import type { ExtractedText } from './extracted.ts';

/** Takes text piece by piece, and no more than may be. */
export class TextCollector {
  readonly #most: number;
  #text = '';
  #complete = true;

  constructor(most: number) {
    this.#most = most;
  }

  /** Takes the next piece; once this is false no other is taken. */
  add(piece: string): boolean {
    const room = this.#most - this.#text.length;
    if (this.#complete && piece.length > room) {
      this.#complete = false;
      this.#text += whole(piece.slice(0, room));
    } else if (this.#complete) {
      this.#text += piece;
    }
    return this.#complete;
  }

  /** Whether more may be added to a piece that is `held` long already. */
  takes(held: number): boolean {
    return this.#complete && held <= this.#most - this.#text.length;
  }

  get full(): boolean {
    return !this.#complete;
  }

  finish(): ExtractedText {
    return { text: this.#text, complete: this.#complete };
  }
}

/** Without half a surrogate pair at its end. */
const whole = (text: string) => (/[\ud800-\udbff]$/.test(text) ? text.slice(0, -1) : text);
