import { createPrivateKey } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import {
  type CertifiedKey,
  certifyKmsKey,
  certifyTlsKey,
  checkKmsCertificate,
  rootsFromPem,
  type TrustedKmsKey,
} from '@cloister/certs';
import { importReceiptPublicKey, type ReceiptIssuer } from '@cloister/receipts';
import { type OrganisationId, parseKmsHost } from '@cloister/wire';
import { files, readSuiteKeys } from './prepare.ts';
import { Core } from './surroundings/core.ts';
import { Device } from './surroundings/device.ts';
import { type RealmUnderTest, readRealm, readSurroundings, type Surroundings } from './surroundings/hand-over.ts';
import { Identity, type Person } from './surroundings/identity.ts';
import { Implementation } from './surroundings/implementation.ts';
import { Monitor } from './surroundings/monitor.ts';
import { Peer } from './surroundings/peer.ts';
import { RealmTokens } from './surroundings/realm-tokens.ts';

/** Everything around the realm under test. */
export class World {
  readonly surroundings: Surroundings;
  readonly realm: RealmUnderTest;
  readonly authority: CertifiedKey;
  readonly identity: Identity;
  readonly monitor: Monitor;
  readonly core: Core;
  readonly peer: Peer;
  readonly issuer: ReceiptIssuer;
  readonly implementation: Implementation;
  #staticKey: TrustedKmsKey | undefined;

  private constructor(parts: {
    surroundings: Surroundings;
    realm: RealmUnderTest;
    authority: CertifiedKey;
    issuer: ReceiptIssuer;
    identity: Identity;
  }) {
    const { surroundings, realm, authority, issuer, identity } = parts;
    const { kmsHost } = surroundings;
    this.surroundings = surroundings;
    this.realm = realm;
    this.authority = authority;
    this.issuer = issuer;
    this.identity = identity;
    this.monitor = new Monitor(issuer);
    const tokens = new RealmTokens(kmsHost, realm.linkKey);
    this.core = new Core(this.monitor, tokens);
    this.identity.serve(kmsHost, surroundings.organisationIds, tokens);
    this.peer = new Peer(parseKmsHost('kms.globex.example'), kmsHost, { core: this.core, authority });
    this.implementation = new Implementation(realm.start);
  }

  /** Reads the folder, certifies the realm's keys, listens, and starts nothing. */
  static async open(folder: string): Promise<World> {
    const { surroundings: told, realm: said } = files(folder);
    const [surroundings, realm] = [readSurroundings(told), readRealm(said)];
    const { feedKey, root: authority } = readSuiteKeys(folder);
    const { kmsHost, certificates } = surroundings;
    const now = new Date();
    const leaf = await certifyKmsKey({ root: authority, kmsHost, publicJwk: realm.staticKey, now });
    writeFileSync(certificates.static, `${leaf}\n${authority.certificatePem}`);
    writeFileSync(certificates.tls, await certifyTlsKey({ root: authority, kmsHost, publicJwk: realm.tlsKey, now }));
    const { kid, ...publicJwk } = realm.receiptKey;
    const issuer = { kmsHost, kid, key: await importReceiptPublicKey(publicJwk) };
    const identity = new Identity(
      surroundings.identity.issuer,
      createPrivateKey({ key: feedKey as never, format: 'jwk' }),
    );
    const world = new World({ surroundings, realm, authority, issuer, identity });
    await world.#open();
    return world;
  }

  get kmsHost() {
    return this.surroundings.kmsHost;
  }

  get organisationId(): OrganisationId {
    return this.surroundings.organisationIds[0] as OrganisationId;
  }

  person(organisationId = this.organisationId): Person {
    return this.identity.person(organisationId);
  }

  /** A device with a channel, of a new person unless told. */
  async device(person = this.person()): Promise<Device> {
    return this.stranger(person).then((device) => device.connect());
  }

  /** A device without one. */
  async stranger(person = this.person()): Promise<Device> {
    this.#staticKey ??= await this.#trust();
    return new Device(person, { core: this.core, identity: this.identity, staticKey: this.#staticKey });
  }

  /** A person of the peer's organisation. */
  foreigner(): Person {
    return this.identity.person(this.peer.organisationId);
  }

  async close(): Promise<void> {
    await this.implementation.kill();
    this.core.close();
    this.identity.close();
  }

  async #open(): Promise<void> {
    const { core, identity } = this.surroundings;
    const { kmsHost, organisationId, receiptKey } = this.peer;
    await this.peer.open();
    await this.core.listen(Number(new URL(core.url).port));
    await this.identity.listen(Number(new URL(identity.url).port));
    this.identity.list(this.kmsHost, this.surroundings.organisationIds, this.realm.receiptKey);
    this.identity.list(kmsHost, [organisationId], receiptKey);
    this.core.before = () => this.identity.heard();
    this.core.onOpen = (stream, to) => {
      if (to === kmsHost) this.peer.serve(stream);
      else stream.finish('unknown-realm');
    };
  }

  async #trust(): Promise<TrustedKmsKey> {
    const { discovery } = await this.core.hello();
    const roots = await rootsFromPem(this.authority.certificatePem);
    const jwk: unknown = JSON.parse(discovery.rsaPublicKey);
    return checkKmsCertificate({ jwk, kmsHost: this.kmsHost, roots, now: Date.now() });
  }
}
