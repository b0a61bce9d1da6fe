import type { ActivityId, KeyUri, RoomId, UserId } from '@cloister/wire';

/** A text as it stands in the log: sealed, with the key's address beside it. Empty texts are not sealed. */
export interface SealedText {
  readonly sealed: string;
  readonly keyUri: KeyUri | undefined;
}

/** A shared file as it stands in the log. */
export interface SealedFile {
  readonly name: SealedText | undefined;
  readonly scr: SealedText;
  readonly mimeType: string;
  readonly size: number;
}

/** A page of a shared file, as an image; its name is empty. Width and height are in pixels. */
export interface SealedPage extends SealedFile {
  readonly width: number;
  readonly height: number;
}

/** What an entry of a room's log says, as far as this client reads it. */
export type LogBody =
  | { readonly kind: 'message'; readonly text: SealedText; readonly html?: SealedText }
  | { readonly kind: 'edit'; readonly target: ActivityId; readonly text: SealedText; readonly html?: SealedText }
  | {
      readonly kind: 'files';
      readonly text?: SealedText;
      readonly html?: SealedText;
      readonly files: readonly SealedFile[];
    }
  /** Pages of a share's files, by their place in it: shown there, nothing new by itself. */
  | { readonly kind: 'pages'; readonly target: ActivityId; readonly pages: readonly (readonly SealedPage[])[] }
  /** Its author took it back; what was sealed is gone. */
  | { readonly kind: 'gone' }
  | { readonly kind: 'delete'; readonly target: ActivityId }
  | { readonly kind: 'joined' | 'appointed' | 'dismissed'; readonly person: UserId }
  | { readonly kind: 'left'; readonly person: UserId; readonly reason?: 'left-organisation' }
  | { readonly kind: 'created' }
  | { readonly kind: 'renamed'; readonly title: SealedText }
  | { readonly kind: 'key-changed'; readonly keyUri: KeyUri; readonly shared: boolean }
  /** Of a newer version. */
  | { readonly kind: 'unknown' };

/** An entry of a room's log. */
export interface LogEntry {
  readonly id: ActivityId;
  readonly roomId: RoomId;
  readonly position: number;
  readonly actor: UserId;
  readonly published: string;
  readonly clientTempId?: string;
  readonly body: LogBody;
  /** What its author calls people, sealed (wires §13). */
  readonly people?: SealedText;
}
