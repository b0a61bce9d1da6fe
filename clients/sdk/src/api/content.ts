/**
 * Why something sealed is not shown: a closed list (people.md §3, row 1). Each has one sentence and one act on screen.
 * - `not-yet-authorized`: the key server does not know this person as a reader yet; the SDK tries again by itself.
 * - `removed`: this person was removed from the room; the key was made after that.
 * - `key-server-sealed`: the organisation's key server answers, but its main key is revoked or its HSM is closed.
 * - `key-server-unreachable`: own or peer key server gave no answer; `host` names it; tried again by itself.
 * - `outside-not-allowed`: one of the organisations does not let its people meet the other (wires §13).
 * - `key-destroyed`: the key is gone by policy, for good.
 * - `corrupt`: the ciphertext does not open under its key, or is not in a form this client reads.
 * - `other-room`: the key belongs to another room; somebody relabelled the message (threats row 17).
 */
export type UndecryptableReason =
  | 'not-yet-authorized'
  | 'removed'
  | 'key-server-sealed'
  | 'key-server-unreachable'
  | 'outside-not-allowed'
  | 'key-destroyed'
  | 'corrupt'
  | 'other-room';

/** Something sealed: being opened, open, or unreadable for a reason. `host` is the key server that was asked. */
export type Content<T> =
  | { readonly state: 'opening' }
  | { readonly state: 'open'; readonly value: T }
  | {
      readonly state: 'undecryptable';
      readonly reason: UndecryptableReason;
      readonly host?: string;
      /** The SDK tries again by itself; `false` means only a person can change it. */
      readonly retrying: boolean;
    };
