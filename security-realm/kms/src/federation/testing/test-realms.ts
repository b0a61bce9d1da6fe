import { CloisterError, checkWith, type KmsHost, parseKmsHost, toProblem } from '@cloister/wire';
import { TestRealm } from '../../testing/test-realm.ts';
import type { AskPeer, PeerAnswer, PeerRequest } from '../client/peer-request.ts';
import type { Route } from '../http/route.ts';

/**
 * Key servers of several realms that reach each other as over TLS, but for TLS: what is asked and answered crosses as JSON,
 * and who asks is told to the other side by us. Each hears by the feed of the people of its own organisations alone. `cut` is a network between two that is gone.
 */
export class TestRealms {
  readonly all: TestRealm[] = [];
  /** Answers of one realm to another that are not what its key server said: a hostile one. */
  hostile: ((from: KmsHost, to: KmsHost, path: string, body: unknown) => unknown) | null = null;
  /** What was asked, in order: `<from> <to> <path>`. */
  readonly asked: string[] = [];
  readonly #cuts = new Set<string>();

  static async open(...names: readonly string[]): Promise<TestRealms> {
    const realms = new TestRealms();
    for (const name of names) {
      const realm = new TestRealm(parseKmsHost(`kms.${name}.example`), realms.all[0]);
      realm.peers = { ask: realms.#askAs(realm), receiptKeyOf: (host, kid) => realms.#receiptKeyOf(host, kid) };
      realm.status = realm.identity.narrowed([realm.organisationId, realm.sisterOrganisationId]);
      realm.identity.list(realm.kmsHost, [realm.organisationId, realm.sisterOrganisationId]);
      realms.all.push(await TestRealm.start(realm));
    }
    return realms;
  }

  cut(one: TestRealm, other: TestRealm): void {
    this.#cuts.add(pair(one.kmsHost, other.kmsHost));
  }

  mend(): void {
    this.#cuts.clear();
  }

  async close(): Promise<void> {
    await Promise.all(this.all.map((realm) => realm.close()));
  }

  #named(host: KmsHost): TestRealm {
    const found = this.all.find(({ kmsHost }) => kmsHost === host);
    if (found === undefined) throw new CloisterError('kms/peer-unknown');
    return found;
  }

  async #receiptKeyOf(host: KmsHost, kid: string) {
    const { receiptKey } = this.#named(host).secrets;
    if (receiptKey.kid !== kid) throw new CloisterError('kms/peer-untrusted');
    const { x } = receiptKey.publicJwk as { x: string };
    return { kty: 'OKP' as const, crv: 'Ed25519' as const, x, kid };
  }

  #askAs(from: TestRealm): AskPeer {
    return async <T>(host: KmsHost, request: PeerRequest<T>): Promise<PeerAnswer<T>> => {
      const to = this.#named(host);
      this.asked.push(`${from.kmsHost} ${host} ${request.path}`);
      if (this.#cuts.has(pair(from.kmsHost, host))) throw new CloisterError('kms/peer-unreachable');
      // As over TLS: who is asked, and who asks, is in the directory at that moment, or nothing is.
      if (from.identity.status.realm(host) === null) throw new CloisterError('kms/peer-unknown');
      const peer = to.identity.status.realm(from.kmsHost);
      if (peer === null) return { isRefused: true, status: 403, code: 'kms/peer-unknown' };
      const body = JSON.parse(JSON.stringify(request.body ?? null));
      const route = to.kms.peerRoutes.find(({ path }) => path === request.path) as Route;
      try {
        const { signal } = new AbortController();
        const answer = await route.answer({ peer, body, signal });
        const told = answer.status === 204 ? null : JSON.parse(JSON.stringify(answer.body));
        const said = (await this.hostile?.(from.kmsHost, host, request.path, told)) ?? told;
        return { isRefused: false, value: (request.answer === null ? undefined : check(request, said)) as T };
      } catch (error) {
        if (error instanceof CloisterError && error.code === 'kms/peer-broken') throw error;
        const { status, code } = toProblem(error) as { status: number; code: string };
        return { isRefused: true, status, code };
      }
    };
  }
}

const check = <T>(request: PeerRequest<T>, said: unknown): T => {
  try {
    return checkWith(request.answer as NonNullable<PeerRequest<T>['answer']>, said);
  } catch (cause) {
    throw new CloisterError('kms/peer-broken', { cause });
  }
};

const pair = (...hosts: KmsHost[]): string => hosts.sort().join(' ');
