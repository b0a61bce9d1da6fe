import { parsePostings, type RoomId, type TokenList } from '@cloister/wire';

/** The core as wires.md §14 has it, as far as postings go: applies a part where its index stands, and looks tokens up. */
export class ModelCore {
  readonly #indexes = new Map<string, { position: number; documents: Map<number, Set<string>> }>();

  position(roomId: RoomId, generation: number): number {
    return this.#indexes.get(`${roomId} ${generation}`)?.position ?? 0;
  }

  /** Whether each part was accepted. */
  append(body: Uint8Array): boolean[] {
    return parsePostings(body).map(({ roomId, generation, from, to, documents }) => {
      const name = `${roomId} ${generation}`;
      const index = this.#indexes.get(name) ?? { position: 0, documents: new Map<number, Set<string>>() };
      if (index.position !== from) return false;
      for (const { position, tokens } of documents) index.documents.set(position, new Set(hexOf(tokens)));
      index.position = to;
      this.#indexes.set(name, index);
      return true;
    });
  }

  /** Tokens of each document, as text, by position. */
  documents(roomId: RoomId, generation: number): ReadonlyMap<number, ReadonlySet<string>> {
    return this.#indexes.get(`${roomId} ${generation}`)?.documents ?? new Map();
  }

  /** Positions of the documents that hold one of the tokens. */
  find(roomId: RoomId, generation: number, tokens: TokenList): number[] {
    const asked = hexOf(tokens);
    return [...this.documents(roomId, generation)]
      .filter(([, held]) => asked.some((token) => held.has(token)))
      .map(([position]) => position);
  }

  /** What it does when its disk is put back from an older copy. */
  restore(copy: ModelCore): void {
    this.#indexes.clear();
    for (const [name, index] of copy.#indexes) this.#indexes.set(name, structuredClone(index));
  }

  copy(): ModelCore {
    const copy = new ModelCore();
    copy.restore(this);
    return copy;
  }
}

export const hexOf = (tokens: TokenList): string[] => {
  const bytes = Buffer.from(tokens.buffer, tokens.byteOffset, tokens.length);
  return Array.from({ length: tokens.length / 10 }, (_, at) => bytes.toString('hex', 10 * at, 10 * at + 10));
};
