import { CloisterError } from '@cloister/wire';
import { uploadIdOf } from './key-names.ts';
import type { Profile } from './self-test.ts';
import type { Sessions } from './sessions.ts';
import type { Handle, TokenSession } from './token-session.ts';
import { makeUploadKey, publicHalfOf } from './upload-key.ts';

/** The RSA keys that uploads are encrypted to, one an organisation, made in the token when first asked for. */
export class UploadKeys {
  readonly #sessions: Sessions;
  readonly #profile: Profile;
  readonly #bits: number;
  readonly #now: () => Date;

  constructor(sessions: Sessions, profile: Profile, { bits, now }: { bits: number; now: () => Date }) {
    this.#sessions = sessions;
    this.#profile = profile;
    this.#bits = bits;
    this.#now = now;
  }

  /** SPKI PEM without a trailing newline. */
  async publicKey(organisationId: string): Promise<string> {
    const known = await this.#sessions.use((session) => this.#publicKeyOf(session, organisationId));
    if (known !== null) return known;
    return await this.#sessions.use(async (session) => {
      await this.#make(session, organisationId);
      // Looked for again: of two that two processes made at once both take the same.
      const made = this.#publicKeyOf(session, organisationId);
      if (made === null) throw new CloisterError('hsm/internal');
      return made;
    });
  }

  find(session: TokenSession, organisationId: string): Handle | null {
    const { constants: p } = session;
    const found = session
      .find([
        { type: p.CKA_CLASS, value: p.CKO_PRIVATE_KEY },
        { type: p.CKA_TOKEN, value: true },
        { type: p.CKA_ID, value: uploadIdOf(organisationId) },
      ])
      .map((handle) => ({ handle, modulus: session.attributes(handle, [p.CKA_MODULUS])[0] ?? Buffer.alloc(0) }))
      .sort((a, b) => Buffer.compare(a.modulus, b.modulus));
    return found[0]?.handle ?? null;
  }

  #publicKeyOf(session: TokenSession, organisationId: string): string | null {
    const key = this.find(session, organisationId);
    return key && publicHalfOf(session, key).export({ type: 'spki', format: 'pem' }).toString().trimEnd();
  }

  async #make(session: TokenSession, organisationId: string): Promise<void> {
    const { importer, oaepAlone } = this.#profile;
    const kept = { id: uploadIdOf(organisationId), text: `cloister upload ${this.#now().toISOString()}` };
    const made = await makeUploadKey(session, { way: importer.way, bits: this.#bits, oaepAlone, kept });
    if (made === null) throw new CloisterError('hsm/internal');
  }
}
