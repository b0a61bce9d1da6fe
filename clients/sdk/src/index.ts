/**
 * A headless client of Cloister for Node and browsers: signs in, seals, sends, syncs and opens, and offers an immutable
 * view of rooms and timelines.
 * It never sends content, titles, file names or content keys to anyone unsealed, and never stores them unguarded.
 * @see docs/wires.md §8; protocol/kms.md §1-§3
 */

export { type ClaimedFolder, claimFolder, fileStore } from '#folder-stores';
export type { Administration, MemberChange, NewCase, NewMember } from './administration/administration.ts';
export { openAdministration } from './administration/open-administration.ts';
export type { Client, FileSource, History, People, Rooms, TransferOptions, Unsubscribe } from './api/client.ts';
export type { ClientSnapshot, ConnectionState } from './api/client-snapshot.ts';
export type { Content, UndecryptableReason } from './api/content.ts';
export type { OrganisationView, ReadingOrganisation } from './api/organisation-view.ts';
export type { PersonView } from './api/person-view.ts';
export type { OrganisationFunction, PendingChange, RoomKey, RoomView, WhoCanRead } from './api/room-view.ts';
export type {
  Destination,
  FoundFile,
  Highlight,
  Search,
  SearchHit,
  SearchReach,
  SearchSnapshot,
  SearchView,
  Suggestion,
  UnknownName,
} from './api/search.ts';
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
  ModeratorEntry,
  PageView,
  RenamedEntry,
  TimelineEntry,
} from './api/timeline-entry.ts';
export type { TimelineView } from './api/timeline-view.ts';
export { type ConnectOptions, connect } from './connect.ts';
export { type ConnectIndexerOptions, connectIndexer } from './indexer/connect-indexer.ts';
export type { IndexerClient, QueryKey, RoomToIndex, SearchKey } from './indexer/indexer-client.ts';
export { inspectKeyServer, type KeyServerCertificate } from './inspect-key-server.ts';
export { formatCheck } from './key-management/format-check.ts';
export { grantCommand } from './key-management/grant-command.ts';
export { isKeyArn } from './key-management/key-arn.ts';
export type { KeyManagement, NewKeyOptions } from './key-management/key-management.ts';
export { KeyUnusable } from './key-management/key-unusable.ts';
export { masterKeyCheck } from './key-management/master-key-check.ts';
export { type MasterKeyFile, makeMasterKeyFile } from './key-management/master-key-file.ts';
export { openKeyManagement } from './key-management/open-key-management.ts';
export type { ContentKey } from './keys/key-record.ts';
export { RosterMismatch } from './keys/roster-mismatch.ts';
export { type ConnectMachineOptions, connectMachine } from './machine/connect-machine.ts';
export type { Finished, MachineClient, PageImage, Share } from './machine/machine-client.ts';
export {
  type MachineDeployment,
  type SignInAsMachineOptions,
  signInAsMachine,
} from './machine/sign-in-as-machine.ts';
export { openOutside } from './outside/open-outside.ts';
export type { OutsideManagement } from './outside/outside-management.ts';
export { globalPlatform, type Platform, type Socket, type Timer } from './platform.ts';
export type { LogBody, LogEntry, SealedFile, SealedText } from './rooms/log-entry.ts';
export { openSearch } from './search/open-search.ts';
export { openSearchIndex, type SearchIndex } from './search/open-search-index.ts';
export { resumeSession } from './session/resume-session.ts';
export type { Deployment, KmsCredential, Session, SessionOptions } from './session/session.ts';
export { signInWithPassword } from './session/sign-in-with-password.ts';
export {
  finishSignIn,
  type SignInStart,
  type StartSignInOptions,
  startSignIn,
} from './session/sign-in-with-redirect.ts';
export { indexedDbStore } from './store/indexed-db-store.ts';
export { memoryStore } from './store/memory-store.ts';
export type { Collection, Json, Store } from './store/store.ts';
