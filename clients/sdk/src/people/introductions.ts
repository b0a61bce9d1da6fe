import { sealText } from '@cloister/seal';
import {
  isProfileName,
  type KeyUri,
  maxProfiles,
  maxSealedProfiles,
  type Profile,
  type RoomId,
  type UserId,
} from '@cloister/wire';
import { pause } from '../async/pause.ts';
import type { ContentKey } from '../keys/key-record.ts';
import type { Platform } from '../platform.ts';
import type { RoomState } from '../rooms/room-state.ts';
import type { Affiliations } from './affiliations.ts';
import type { PeopleDirectory } from './people-directory.ts';

export interface IntroductionsOptions {
  readonly platform: Platform;
  readonly me: UserId;
  readonly people: Pick<PeopleDirectory, 'learn' | 'told'>;
  readonly affiliations: Pick<Affiliations, 'outsideOf'>;
}

/** The member `cloister` of an entry that introduces people, or nothing. */
export type Introduction = { readonly cloister?: { readonly people: string; readonly key?: KeyUri } };

/** How long a message waits for identity to tell names, in milliseconds: it goes out without them then. */
const patience = 2_000;
/** Sealed, these bytes are the characters that an entry may carry: base64url of them, and the frame around. */
const mostBytes = Math.floor(((maxSealedProfiles - 100) * 3) / 4);

/**
 * Tells readers of other organisations what people are called, sealed in the room (wires §13): identity does not know
 * who shares a room, and tells nobody who is of another organisation.
 */
export class Introductions {
  readonly #options: IntroductionsOptions;
  readonly #made = new Set<RoomId>();

  constructor(options: IntroductionsOptions) {
    this.#options = options;
  }

  /** Beside a message: its author; with the first one of a session also everybody whom the author knows by identity. */
  async ofAuthor(room: RoomState, key: ContentKey): Promise<Introduction> {
    const { me, affiliations } = this.#options;
    if (affiliations.outsideOf(room.people).length === 0) return {};
    return this.#seal(this.#made.has(room.id) ? [me] : [me, ...room.people], key);
  }

  /**
   * Beside an addition or a creation: these people and who makes it. Such an entry has no key of its own and names the
   * one that this is sealed under.
   */
  async ofPeople(people: readonly UserId[], key: ContentKey): Promise<Introduction> {
    const { cloister } = await this.#seal([this.#options.me, ...people], key);
    return cloister === undefined ? {} : { cloister: { ...cloister, key: key.uri } };
  }

  /** A message went out: what it said of everybody is not said again. */
  made(roomId: RoomId): void {
    this.#made.add(roomId);
  }

  async #seal(ids: readonly UserId[], key: ContentKey): Promise<Introduction> {
    const { platform, people } = this.#options;
    const told = new AbortController();
    void people
      .learn(ids)
      .catch(() => {})
      .finally(() => told.abort());
    await pause(platform, patience, told.signal);
    const profiles = [...new Set(ids)].flatMap((id) => {
      const name = people.told(id)?.name;
      return name !== undefined && isProfileName(name) ? [{ id, name }] : [];
    });
    const said = fitting(profiles);
    return said.length === 0 ? {} : { cloister: { people: await sealText(key.key, JSON.stringify(said)) } };
  }
}

/** As many as an entry may carry. */
const fitting = (profiles: readonly Profile[]): readonly Profile[] => {
  const said = profiles.slice(0, maxProfiles);
  while (new TextEncoder().encode(JSON.stringify(said)).length > mostBytes) said.pop();
  return said;
};
