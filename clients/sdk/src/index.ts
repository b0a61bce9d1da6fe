/**
 * A headless client of Cloister for Node and browsers: signs in, seals, sends, syncs and opens, and offers an immutable
 * view of rooms and timelines.
 * It never sends content, titles, file names or content keys to anyone unsealed, and never stores them unguarded.
 * @see docs/wires.md §8; protocol/kms.md §1-§3
 */
export type { Client, FileSource, History, People, Rooms, TransferOptions, Unsubscribe } from './api/client.ts';
export type { ClientSnapshot, ConnectionState } from './api/client-snapshot.ts';
export type { Content, UndecryptableReason } from './api/content.ts';
export type { PersonView } from './api/person-view.ts';
export type { PendingChange, RoomView, WhoCanRead } from './api/room-view.ts';
export type { Progress, SendFailure, SendState } from './api/send-state.ts';
export type {
  CreatedEntry,
  DeletedEntry,
  FilesEntry,
  FileView,
  KeyChangedEntry,
  MembershipEntry,
  MessageEntry,
  MessageText,
  RenamedEntry,
  TimelineEntry,
} from './api/timeline-entry.ts';
export type { TimelineView } from './api/timeline-view.ts';
export type { Connect, ConnectOptions } from './connect.ts';
export { globalPlatform, type Platform, type Socket, type Timer } from './platform.ts';
export type { Deployment, KmsCredential, Session, SessionOptions } from './session/session.ts';
export type { FinishSignIn, ResumeSession, SignInStart, SignInWithPassword, StartSignIn } from './session/sign-in.ts';
export { memoryStore } from './store/memory-store.ts';
export type { Collection, Json, Store } from './store/store.ts';
// The functions of the types Connect, ResumeSession, SignInWithPassword, StartSignIn and FinishSignIn follow under the
// names connect, resumeSession, signInWithPassword, startSignIn, finishSignIn; stores: fileStore, indexedDbStore.
