import { CloisterError, hostOf, type KeyRepresentation, type KeyUri, type ResourceUri } from '@cloister/wire';
import type { KmsContext } from '../../context.ts';
import { readsOnList } from '../../domain/machine-reads.ts';
import type { Reader } from '../../domain/reader.ts';
import { representKey } from '../../domain/represent.ts';
import { findHead } from '../../master-keys/store/organisation-keys-row.ts';
import type { KeyRow } from '../../store/key-row.ts';
import { type ListView, viewLists } from '../lists/list-view.ts';
import type { ForeignKey, ForeignKeyRow } from './foreign-keys.ts';

/** A key that this key server did not make, or that is bound to a resource elsewhere; its bytes still missing. */
export type KeyElsewhere = {
  readonly representation: KeyRepresentation;
  readonly material: { readonly own: KeyRow } | { readonly foreign: ForeignKeyRow };
};

type Reading = Pick<KmsContext, 'kmsHost' | 'database' | 'foreignLists' | 'foreignKeys' | 'now'>;

/** What keys elsewhere are decided by: their key servers' answers, and the lists of their resources. */
export type Elsewhere = {
  readonly keys: ReadonlyMap<KeyUri, ForeignKey>;
  readonly lists: ReadonlyMap<ResourceUri, ListView | CloisterError>;
  /** Whether the main key of the asking organisation is off: as it stands, not as this node saw it last. */
  readonly isFrozen: boolean;
};

/**
 * Asks for everything at once: keys that other key servers made, and the lists of resources that either are bound to.
 * `own` are keys of ours among those asked for.
 */
export const reachElsewhere = async (
  context: Reading,
  asked: { readonly uris: readonly KeyUri[]; readonly own: Iterable<KeyRow>; readonly organisationId: string },
): Promise<Elsewhere> => {
  const foreign = asked.uris.filter((uri) => hostOf(uri) !== context.kmsHost);
  const keys =
    foreign.length === 0 ? new Map<KeyUri, ForeignKey>() : await context.foreignKeys.of(foreign, asked.organisationId);
  const resources = [
    ...[...keys.values()].flatMap((key) => (key instanceof CloisterError ? [] : [key.resourceUri])),
    ...[...asked.own].flatMap(({ foreignResource }) => (foreignResource === null ? [] : [foreignResource])),
  ];
  const lists = resources.length === 0 ? new Map() : await viewLists(context, resources);
  // Last, since the others may take their time.
  const isFrozen = (await findHead(context.database, asked.organisationId))?.isFrozen ?? false;
  return { keys, lists, isFrozen };
};

/**
 * Whether a reader may have a key by the list of its resource, as the resource's home states it (R366); a machine by whose
 * resource it is (R341), one for indexing also by whose people are on it (R391). While a main key is off nobody may.
 * @throws CloisterError `kms/not-authorized`, `kms/revoked`, `kms/peer-…`
 */
export const decideElsewhere = (
  context: Pick<KmsContext, 'kmsHost' | 'status'>,
  { keys, lists, isFrozen }: Elsewhere,
  asked: {
    readonly uri: KeyUri;
    readonly own: KeyRow | undefined;
    readonly meets: (organisationId: string) => boolean;
  },
  reader: Pick<Reader, 'personId' | 'machineOf' | 'peopleOf'>,
): KeyElsewhere => {
  if (isFrozen) throw new CloisterError('kms/revoked');
  const key = asked.own ?? keys.get(asked.uri);
  if (key === undefined) throw new CloisterError('kms/not-authorized');
  if (key instanceof CloisterError) throw key;
  const resourceUri = 'resourceUri' in key ? key.resourceUri : key.foreignResource;
  const list = resourceUri === null ? undefined : lists.get(resourceUri);
  if (list === undefined) throw new CloisterError('kms/not-authorized');
  if (list instanceof CloisterError) throw list;
  const reads = reader.machineOf === null ? list.readers.has(reader.personId) : readsOnList(reader, list);
  if (!reads) throw new CloisterError('kms/not-authorized');
  const makers = 'resourceUri' in key ? makersOf(context, key, list) : [key.organisationId];
  if (!asked.meets(list.organisationId) || !makers.some(asked.meets)) {
    throw new CloisterError('kms/outside-not-allowed');
  }
  if (list.isFrozen || ('isRevoked' in key && key.isRevoked)) throw new CloisterError('kms/revoked');
  const { authorizationVersion, roomId } = list;
  if (!('resourceUri' in key)) {
    const representation = representKey(context.kmsHost, key, { listVersion: authorizationVersion, roomId });
    return { representation, material: { own: key } };
  }
  const cloister = { authorizationVersion, ...(roomId === null ? {} : { roomId }) };
  return { representation: { ...key.representation, cloister }, material: { foreign: key } };
};

/** Whose a key of another key server may be: its maker's organisation; once they left the room, any that it serves. */
const makersOf = (
  { status }: Pick<KmsContext, 'status'>,
  { keyUri, representation }: ForeignKeyRow,
  { readers }: ListView,
): readonly string[] => {
  const maker = readers.get(representation.userId ?? '');
  return maker === undefined ? (status.realm(hostOf(keyUri))?.organisationIds ?? []) : [maker];
};

/** The organisations of whom these keys and lists are. */
export const organisationsElsewhere = ({ lists }: Elsewhere): string[] =>
  [...lists.values()].flatMap((list) =>
    list instanceof CloisterError ? [] : [list.organisationId, ...list.readers.values()],
  );
