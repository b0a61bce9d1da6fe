import { CloisterError } from '@cloister/wire';
import type { KeyName } from '../../protocol/main-key.ts';
import type { KeyDescription } from '../keystore.ts';
import { descriptionOf, idOf, nameOf, textOf } from './key-names.ts';
import { isSealedKey } from './sealed-key.ts';
import { mainKeyTemplate } from './templates.ts';
import type { Handle, TokenSession } from './token-session.ts';

export type KeptKey = KeyName & KeyDescription & { readonly handle: Handle };

/** The main keys on the token. Their names and what is told of them are attributes of the objects, and nowhere else. */
export class MainKeys {
  readonly #handles = new Map<string, Handle>();

  /** The key of that name and organisation, or null. It is looked at before its first use as after its import. */
  find(session: TokenSession, name: KeyName): Handle | null {
    const cached = this.#handles.get(indexOf(name));
    if (cached !== undefined) return cached;
    const [handle] = named(session, name);
    if (handle === undefined) return null;
    if (!isSealedKey(session, handle)) throw new CloisterError('hsm/internal');
    this.#handles.set(indexOf(name), handle);
    return handle;
  }

  describe(session: TokenSession, key: Handle): KeyDescription {
    const [text] = session.attributes(key, [session.constants.CKA_LABEL]);
    const description = descriptionOf(text?.toString('utf8') ?? '');
    if (description === null) throw new CloisterError('hsm/internal');
    return description;
  }

  /** Every key of ours on the token, the oldest first. */
  all(session: TokenSession): KeptKey[] {
    const { constants: p } = session;
    const found = session.find([
      { type: p.CKA_CLASS, value: p.CKO_SECRET_KEY },
      { type: p.CKA_TOKEN, value: true },
    ]);
    return found.flatMap((handle) => keptKey(session, handle)).sort(byAge);
  }

  /** A new key, made in the token. */
  generate(session: TokenSession, name: KeyName, description: KeyDescription): void {
    const { constants: p } = session;
    const template = mainKeyTemplate(p, { id: idOf(name), text: textOf(description) });
    const key = session.generateKey({ mechanism: p.CKM_AES_KEY_GEN }, [
      ...template,
      { type: p.CKA_VALUE_LEN, value: 32 },
    ]);
    if (isSealedKey(session, key)) return;
    session.destroy(key);
    throw new CloisterError('hsm/internal');
  }

  /** For good, and all of that name: two processes that imported one key at once have left it there twice. */
  destroy(session: TokenSession, name: KeyName): void {
    this.#handles.delete(indexOf(name));
    for (const key of named(session, name)) session.destroy(key);
  }

  /** Handles end with the login. */
  forget(): void {
    this.#handles.clear();
  }
}

const named = (session: TokenSession, name: KeyName): Handle[] => {
  const { constants: p } = session;
  return session.find([
    { type: p.CKA_CLASS, value: p.CKO_SECRET_KEY },
    { type: p.CKA_TOKEN, value: true },
    { type: p.CKA_ID, value: idOf(name) },
  ]);
};

const indexOf = ({ keyId, organisationId }: KeyName): string => `${keyId}/${organisationId}`;

const keptKey = (session: TokenSession, handle: Handle): KeptKey[] => {
  const [id, text] = session.attributes(handle, [session.constants.CKA_ID, session.constants.CKA_LABEL]);
  const name = nameOf(id ?? Buffer.alloc(0));
  const description = descriptionOf(text?.toString('utf8') ?? '');
  return name === null || description === null ? [] : [{ ...name, ...description, handle }];
};

// The same order for every process on the token, so that two who made a key at once agree on one.
const byAge = (a: KeptKey, b: KeptKey): number =>
  a.createdAt === b.createdAt ? compare(a.keyId, b.keyId) : compare(a.createdAt, b.createdAt);

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
