import type { Database, Queries } from '@cloister/database';
import type { HsmKeyDescription } from '@cloister/hsm';
import type { Log } from '@cloister/logging';
import type { ReceiptSigner } from '@cloister/receipts';
import type { PrivateKey } from '@cloister/seal';
import type { PeopleStatements, Person, StatusView, TokenVerifier } from '@cloister/verify';
import type { KmsHost, StatedPerson, UserId, Uuid } from '@cloister/wire';
import type { AnonymousBearers } from './anonymous/anonymous-bearer.ts';
import type { AuditLog } from './audit/audit-log.ts';
import type { ChannelStore } from './channel/channel-store.ts';
import type { Limits } from './channel/limits.ts';
import type { AskPeer } from './federation/client/peer-request.ts';
import type { ForeignKeys } from './federation/keys/foreign-keys.ts';
import type { ForeignLists } from './federation/lists/foreign-lists.ts';
import type { HolderNews } from './federation/lists/holder-news.ts';
import type { Federation } from './federation/open-federation.ts';
import type { ReadersElsewhere } from './federation/readers/readers-elsewhere.ts';
import type { Hsm } from './keys/hsm.ts';
import type { KekStore } from './keys/kek-store.ts';
import type { RevocationWatch } from './master-keys/revocation/revocation-watch.ts';

/** Everything the KMS works with. */
export type KmsContext = {
  readonly kmsHost: KmsHost;
  /** The organisations this realm serves; the first is the realm's own. */
  readonly organisations: readonly string[];
  readonly database: Database;
  readonly audit: AuditLog;
  readonly keks: KekStore;
  /** Whether this node may use keys, and which organisations' are off. */
  readonly revocation: RevocationWatch;
  readonly channels: ChannelStore;
  /** Whether this realm reaches others. */
  readonly federates: boolean;
  /** Asks a key server of another realm. */
  readonly askPeer: AskPeer;
  /** What another realm's key server signs with. */
  readonly receiptKeyOf: Federation['receiptKeyOf'];
  /** Lists of resources that are at home elsewhere, and keys that other key servers made (wires.md §13). */
  readonly foreignLists: ForeignLists;
  readonly foreignKeys: ForeignKeys;
  /** Tells other realms of our lists; null where nobody is reached. */
  readonly news: Pick<HolderNews, 'given' | 'changed' | 'added' | 'tell'> | null;
  /** Which machines other organisations let read. */
  readonly readersElsewhere: ReadersElsewhere;
  readonly limits: Limits;
  /** Opens and signs handshakes, and does nothing else. */
  readonly staticKey: PrivateKey;
  /** Its successor and its predecessor while it is renewed: clients may know either. */
  readonly otherStaticKeys: readonly PrivateKey[];
  readonly receipts: ReceiptSigner;
  readonly bearers: AnonymousBearers;
  readonly hsm: Hsm;
  /** The realm's default main key, as the hsm describes it. */
  readonly mainKey: () => Promise<{ readonly keyId: string } & Pick<HsmKeyDescription, 'keystore' | 'protection'>>;
  readonly status: StatusView;
  /** Identity's word on people of other realms, whom the feed does not tell of. */
  readonly people: Pick<PeopleStatements, 'about'>;
  /** Somebody as the feed knows them; within a change also those whom it is about. */
  readonly person: (id: UserId) => Person | StatedPerson | undefined;
  readonly verifyToken: TokenVerifier;
  readonly log: Log;
  readonly now: () => Date;
  /** The database's clock, the same for all nodes: for what is timed in days, and for who was seen when. */
  readonly databaseNow: (queries: Queries) => Promise<Date>;
  readonly newId: () => Uuid;
  /** How old an organisation's newest search key of a resource may be when it is asked for (wires.md §14). */
  readonly searchKeyMs: number;
  /** How long a retired main key stays in the hsm; seven days unless told. */
  readonly retireMs?: number | undefined;
};
