import type { Chance } from '../crash/chance.ts';
import { after, double, echo, type Fate, type Handling, lose, pass } from '../network/message-relay/fate.ts';
import type { Message } from '../network/message-relay/message.ts';
import type { OperationName } from './operations.ts';

/**
 * What passes between core and key servers about one change: the sealed half to the own key server and its receipt back; and
 * when that does not come, the core's question to home and what home says.
 */
const roles = ['change', 'receipt', 'question', 'word'] as const;
type Role = (typeof roles)[number];

/** `closed` resolves when home has told the core what became of the change. */
type Fates = Partial<Record<Role, (closed: () => Promise<void>) => Fate>>;

const later = (closed: () => Promise<void>): Fate => after(closed);
const againLater = (closed: () => Promise<void>): Fate => echo(closed);

/** Each strikes the first message of a role; the next ones pass. */
export const messageFaults = {
  'the change is lost': { change: () => lose },
  'the change comes twice': { change: () => double },
  'the change comes once more when it is decided': { change: againLater, receipt: () => lose },
  'the change comes after it was closed': { change: later },
  'the receipt is lost': { receipt: () => lose },
  'the receipt comes twice': { receipt: () => double },
  'the receipt comes after the question was answered': { receipt: later },
  'receipt and question are lost': { receipt: () => lose, question: () => lose },
  'the receipt is lost, the question comes twice': { receipt: () => lose, question: () => double },
  'receipt and word are lost': { receipt: () => lose, word: () => lose },
  'the receipt is lost, the word comes twice': { receipt: () => lose, word: () => double },
  'the change is lost, the question comes twice': { change: () => lose, question: () => double },
} as const satisfies Record<string, Fates>;

export type MessageFault = keyof typeof messageFaults;
export const messageFaultNames = Object.keys(messageFaults) as MessageFault[];

/** A change and what befalls its messages; a new room is known by its kind, until it has an id. */
export interface Letter {
  readonly operation: OperationName;
  readonly kind: string;
  readonly roomId: string | null;
  readonly fault: MessageFault;
}

interface Sent {
  readonly fates: Fates;
  readonly struck: Set<Role>;
  readonly closed: PromiseWithResolvers<void>;
}

/** Handles the messages of both key servers' links as each change's fault says. */
export class Letters {
  readonly #waiting: Letter[];
  readonly #sent = new Map<string, Sent>();
  readonly #questions = new Set<string>();
  /** How many messages were struck. */
  count = 0;

  constructor(letters: readonly Letter[]) {
    this.#waiting = [...letters];
  }

  readonly handling: Handling = (message) => {
    const role = this.#roleOf(message);
    const sent = role === undefined ? undefined : this.#sentOf(message);
    if (role === undefined || sent === undefined) return pass;
    if (role === 'word') sent.closed.resolve();
    if (sent.struck.has(role)) return pass;
    sent.struck.add(role);
    const fate = sent.fates[role];
    if (fate === undefined) return pass;
    this.count += 1;
    return fate(() => sent.closed.promise);
  };

  #roleOf({ type, id = '' }: Message): Role | undefined {
    if (type === 'operation') return 'change';
    if (type === 'operation-status') this.#questions.add(id);
    if (type === 'operation-status') return 'question';
    if (type !== 'operation-result') return undefined;
    return this.#questions.has(id) ? 'word' : 'receipt';
  }

  #sentOf({ type, about, roomId, kind }: Message): Sent | undefined {
    const known = this.#sent.get(about);
    if (known !== undefined || type !== 'operation') return known;
    const at = this.#waiting.findIndex((letter) => letter.kind === kind && [null, roomId].includes(letter.roomId));
    const [letter] = at === -1 ? [] : this.#waiting.splice(at, 1);
    if (letter === undefined) return undefined;
    const sent = { fates: messageFaults[letter.fault], struck: new Set<Role>(), closed: Promise.withResolvers<void>() };
    this.#sent.set(about, sent);
    return sent;
  }
}

/** What the tunnel between key servers carries comes late, or is lost from the middle of a stream on; other messages come late. */
export const roughTunnel = (chance: Chance, pause: (ms: number) => Promise<void>): Handling => {
  const broken = new Set<string>();
  return ({ type, from, about }) => {
    if (type !== 'stream-bytes') return chance.below(4) === 0 ? after(() => pause(chance.below(400))) : pass;
    const way = `${from} ${about}`;
    if (chance.below(30) === 0) broken.add(way);
    if (broken.has(way)) return lose;
    return chance.below(3) === 0 ? after(() => pause(chance.below(200))) : pass;
  };
};
