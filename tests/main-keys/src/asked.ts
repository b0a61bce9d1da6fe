import type { KmsResponse } from '@cloister/wire';
import type { TestClient } from './testing/internals.ts';

/** A message, and the channel that it went into: who sent it may have another by the time it is answered. */
export interface Sealed {
  readonly channel: TestClient['channel'];
  readonly text: string;
}

/** One copy of a request: the steps between which it was on its way, and its answer; null when nothing came. */
interface Copy {
  readonly from: number;
  readonly to: number;
  readonly answer: KmsResponse | null;
}

type Request = Pick<Asked, 'name' | 'by' | 'sealed' | 'version'>;

/** A request for main keys, and what the administrator was told. */
export class Asked {
  readonly name: string;
  readonly by: TestClient;
  readonly sealed: Sealed;
  readonly version: number | undefined;
  readonly #copies: Copy[] = [];

  constructor({ name, by, sealed, version }: Request) {
    this.name = name;
    this.by = by;
    this.sealed = sealed;
    this.version = version;
  }

  heard(copy: Copy): void {
    this.#copies.push(copy);
  }

  /** That it is done, else what was heard last. */
  get response(): KmsResponse | undefined {
    const answers = this.#copies.flatMap(({ answer }) => (answer === null ? [] : [answer]));
    return answers.find(isDone) ?? answers.at(-1);
  }

  /**
   * The same bytes are carried out once, and a refusal leaves nothing behind, not even itself. So it is the last word on
   * the copies that had ended before; one that was on its way beside it may have been carried out.
   */
  get told(): 'nothing' | 'done' | string {
    const { response } = this;
    if (response === undefined) return 'nothing';
    if (isDone(response)) return 'done';
    const asked = Math.max(...this.#copies.flatMap(({ answer, from }) => (answer === null ? [] : [from])));
    const isOpen = this.#copies.some(({ answer, to }) => answer === null && to > asked);
    return isOpen ? 'nothing' : `${response.status} ${response.errorCode ?? response.reason ?? ''}`;
  }
}

const isDone = ({ status }: KmsResponse): boolean => status < 400;
