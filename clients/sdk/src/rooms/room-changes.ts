import {
  type Activity,
  CloisterError,
  type Conversation,
  type KmsResponse,
  parseActivity,
  parseConversation,
  type RoomId,
} from '@cloister/wire';
import { errorOf, type HttpAnswer } from '../http/http-answer.ts';
import { numberOf, textOf } from '../json.ts';
import type { KeyServer, KmsCall, SealedCall } from '../kms/key-server.ts';
import type { CoreRooms } from './core-rooms.ts';

/** The core's half of a change; the key server's half is sealed beside it. */
export interface CoreHalf {
  readonly verb: 'add' | 'leave' | 'assignModerator' | 'unassignModerator' | 'updateKey' | 'addKey';
  readonly object: object;
  /** For our clients only: opaque to the core. */
  readonly cloister?: object;
}

/**
 * Nothing was applied and nothing decided against it: `core/operation-refused` comes without a sealed refusal when the
 * core asked after a crash and the key server closed an operation it had never seen. These very bytes are refused for good.
 */
const sealAnew = ['kms/reset', 'core/operation-refused'];
const mostAttempts = 3;

/**
 * Changes of people and keys, each in two parts (architecture §6): the core applies its half only on the key server's
 * receipt. A repeat sends the same sealed bytes, so the same intent is found and nothing happens twice.
 */
export class RoomChanges {
  readonly #core: Pick<CoreRooms, 'change' | 'create'>;
  readonly #keyServer: Pick<KeyServer, 'seal'>;
  readonly #newId: () => string;

  constructor(core: Pick<CoreRooms, 'change' | 'create'>, keyServer: Pick<KeyServer, 'seal'>, newId: () => string) {
    this.#core = core;
    this.#keyServer = keyServer;
    this.#newId = newId;
  }

  /** @throws CloisterError `core/…` or, when the key server refused, its `kms/…` */
  async change(
    roomId: RoomId,
    half: CoreHalf,
    call: KmsCall,
  ): Promise<{ activity: Activity; response: KmsResponse | undefined }> {
    const clientTempId = this.#newId();
    const { body, response } = await this.#sealedUntilDecided({ ...call, roomId }, (kmsMessage) =>
      this.#core.change(roomId, { objectType: 'activity', clientTempId, ...half, kmsMessage }),
    );
    return { activity: parseActivity(body), response };
  }

  async create(
    roomId: RoomId,
    { cloister, ...body }: { readonly cloister?: object },
    call: KmsCall,
  ): Promise<{ room: Conversation; response: KmsResponse | undefined }> {
    const { body: answer, response } = await this.#sealedUntilDecided({ ...call, roomId }, (kmsMessage) =>
      this.#core.create({ objectType: 'conversation', ...body, cloister: { ...cloister, roomId }, kmsMessage }),
    );
    return { room: parseConversation(answer), response };
  }

  /** Sealed anew when the key server did not know the channel, or never saw what a crash cut off (architecture §6). */
  async #sealedUntilDecided(call: KmsCall, send: (sealed: string) => Promise<HttpAnswer>) {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#once(await this.#keyServer.seal(call), send);
      } catch (cause) {
        const undecided = cause instanceof CloisterError && sealAnew.includes(cause.code);
        if (!undecided || attempt >= mostAttempts) throw cause;
      }
    }
  }

  async #once(sealed: SealedCall, send: (sealed: string) => Promise<HttpAnswer>) {
    const answer = await send(sealed.sealed);
    if (answer.status >= 400) throw await this.#refusal(sealed, answer);
    const reply = textOf(answer.body, 'kmsMessage');
    return { body: answer.body, response: reply === undefined ? undefined : await sealed.open(reply) };
  }

  async #refusal(sealed: SealedCall, answer: HttpAnswer): Promise<unknown> {
    const reply = textOf(answer.body, 'message');
    if (numberOf(answer.body, 'errorCode') !== 1900000 || reply === undefined) return errorOf(answer);
    try {
      await sealed.open(reply);
    } catch (cause) {
      return cause;
    }
    return errorOf(answer);
  }
}
