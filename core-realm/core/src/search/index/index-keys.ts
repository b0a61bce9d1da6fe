import { createHmac, createSecretKey, hkdfSync } from 'node:crypto';
import { CloisterError } from '@cloister/wire';
import { encodeIndexName, type IndexName } from './index-name.ts';
import { IndexSeal } from './index-seal.ts';
import { Recent } from './recent.ts';
import { TokenMap } from './token-map.ts';

/** How many indexes' keys are kept at hand. */
const kept = 20_000;

/** The keys of the index at rest (R394), all from one that the database never holds. */
export class IndexKeys {
  readonly tokens: TokenMap;
  /** Says in the database under which key and in which version its rows were made, and nothing of the key. */
  readonly mark: Buffer;
  readonly #sealing: Buffer;
  readonly #seals = new Recent<string, IndexSeal>(kept, () => 1);

  /** @throws CloisterError `config/invalid` for anything but 32 bytes */
  constructor(root: Uint8Array) {
    if (root.length !== 32) {
      throw new CloisterError('config/invalid', { detail: 'the key of the search index is not 32 bytes' });
    }
    this.tokens = new TokenMap(derive(root, 'cloister/search/map/v2'), derive(root, 'cloister/search/tag/v2'));
    this.#sealing = derive(root, 'cloister/search/seal/v1');
    this.mark = derive(root, 'cloister/search/mark/v2');
  }

  /** Each index is sealed under a key of its own: one key seals at most 2^32 rows (NIST SP 800-38D §8.3). */
  sealOf(name: IndexName): IndexSeal {
    const text = `${name.organisationId} ${name.roomId} ${name.generation}`;
    const known = this.#seals.get(text);
    if (known !== undefined) return known;
    const bytes = encodeIndexName(name);
    const key = createHmac('sha256', this.#sealing).update(bytes).digest();
    const seal = new IndexSeal(createSecretKey(key), name, this.tokens.tagOf(bytes));
    this.#seals.set(text, seal);
    return seal;
  }
}

const derive = (root: Uint8Array, label: string): Buffer => Buffer.from(hkdfSync('sha256', root, '', label, 32));
