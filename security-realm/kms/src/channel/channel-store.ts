import type { Database } from '@cloister/database';
import { SecretKey } from '@cloister/seal';
import { instanceUri, type KmsHost, type Uuid } from '@cloister/wire';
import { channelDay } from '../keys/channel-day.ts';
import type { KekStore } from '../keys/kek-store.ts';
import { openUnder, type SealedPlace, sealUnder } from '../keys/key-vault.ts';
import { type ChannelRow, deleteChannel, findChannels, insertChannels } from '../store/channel-row.ts';
import { GroupWriter } from '../store/group-writer.ts';

/** An open channel: its key, and to whom it is bound. */
export type Channel = {
  readonly channelId: Uuid;
  readonly organisationId: string;
  readonly personId: string;
  readonly clientId: string;
  /** The thumbprint of the key that its tokens are bound to, or null for tokens without (wires.md §2). */
  readonly jkt: string | null;
  readonly key: SecretKey;
  readonly expiresAt: Date;
};

type Held = { readonly channel: Channel; readonly until: number };

export type ChannelStoreOptions = {
  readonly database: Database;
  readonly keks: KekStore;
  readonly kmsHost: KmsHost;
  readonly realmOrganisationId: string;
  readonly now: () => Date;
  readonly monotonicNow: () => number;
};

/** Like a KEK's: what is revoked elsewhere is noticed within a minute. */
const LIFETIME_MS = 60_000;
const MOST_HELD = 50_000;
const MOST_AT_ONCE = 500;

/**
 * Ephemeral keys, sealed in the database so that they survive a restart, and for a minute in memory. The published
 * clients never make a new channel by themselves (kms.md §0.4), so a lost key would cut them off.
 */
export class ChannelStore {
  readonly #options: ChannelStoreOptions;
  readonly #held = new Map<string, Held>();
  /** One statement and one commit for the handshakes of the same moment. */
  readonly #writer = new GroupWriter<ChannelRow>(MOST_AT_ONCE, async (rows) => {
    await insertChannels(this.#options.database, rows, this.#options.now());
  });

  constructor(options: ChannelStoreOptions) {
    this.#options = options;
  }

  /** Durable when it resolves: only then may the client learn of it. */
  async keep(channel: Channel): Promise<void> {
    const { keks, realmOrganisationId, now } = this.#options;
    const kek = await keks.current(realmOrganisationId, 'channel', channelDay(now()));
    const bytes = channel.key.reveal();
    const sealed = sealUnder(kek, placeOf(channel), bytes);
    bytes.fill(0);
    const { key: _, ...binding } = channel;
    await this.#writer.add([{ ...binding, ...sealed }]);
    this.#hold(channel);
  }

  /** The living channels among those asked for. */
  async find(ids: readonly string[]): Promise<ReadonlyMap<string, Channel>> {
    const found = new Map<string, Channel>();
    const missing: string[] = [];
    const clock = this.#options.monotonicNow();
    const now = this.#options.now();
    for (const id of new Set(ids)) {
      const held = this.#held.get(id);
      if (held === undefined || clock >= held.until) missing.push(id);
      else if (held.channel.expiresAt > now) found.set(id, held.channel);
    }
    if (missing.length === 0) return found;
    const rows = await findChannels(this.#options.database, missing, now);
    for (const channel of await Promise.all(rows.map((row) => this.#open(row)))) {
      this.#hold(channel);
      found.set(channel.channelId, channel);
    }
    return found;
  }

  /** Ends a channel. Other nodes notice within a minute. */
  async end(channelId: string): Promise<void> {
    await deleteChannel(this.#options.database, channelId);
    this.#held.delete(channelId);
  }

  async #open(row: ChannelRow): Promise<Channel> {
    const kek = await this.#options.keks.byId(row.kekId, row.kekVersion);
    const bytes = openUnder(kek, placeOf(row), row);
    const key = SecretKey.fromBytes(instanceUri(this.#options.kmsHost, 'ecdhe', row.channelId as Uuid), bytes);
    bytes.fill(0);
    const { organisationId, personId, clientId, jkt, expiresAt } = row;
    return { channelId: row.channelId as Uuid, organisationId, personId, clientId, jkt, key, expiresAt };
  }

  #hold(channel: Channel): void {
    const clock = this.#options.monotonicNow();
    if (this.#held.size >= MOST_HELD) {
      for (const [id, { until }] of this.#held) if (clock >= until) this.#held.delete(id);
      const [oldest] = this.#held.keys();
      if (this.#held.size >= MOST_HELD && oldest !== undefined) this.#held.delete(oldest);
    }
    this.#held.set(channel.channelId, { channel, until: clock + LIFETIME_MS });
  }
}

/** The binding is part of the associated data: a row edited to name another person does not open. */
const placeOf = (channel: Omit<Channel, 'key' | 'channelId'> & { channelId: string }): SealedPlace => ({
  kind: 'channel',
  organisationId: channel.organisationId,
  id: [channel.channelId, channel.personId, channel.clientId, channel.jkt ?? '', channel.expiresAt.toISOString()],
  level: 'channel',
});
