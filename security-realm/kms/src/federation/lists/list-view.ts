import { CloisterError, hostOf, idOf, type ResourceUri } from '@cloister/wire';
import type { KmsContext } from '../../context.ts';
import { within } from '../../master-keys/revocation/within.ts';
import { findHead } from '../../master-keys/store/organisation-keys-row.ts';
import { isOver } from '../../operations/change-tools.ts';
import { authorizationsOf } from '../../store/authorization-row.ts';
import { findResource } from '../../store/resource-row.ts';
import { isTimeout, PATIENCE_MS } from '../patience.ts';

/** What decides who may read what is bound to a resource, wherever it is at home. */
export type ListView = {
  /** Whose resource it is. */
  readonly organisationId: string;
  readonly authorizationVersion: number;
  readonly roomId: string | null;
  /** Whether the main key of its organisation is off. */
  readonly isFrozen: boolean;
  /** The people who may, each with their organisation. */
  readonly readers: ReadonlyMap<string, string>;
};

type Viewing = Pick<KmsContext, 'kmsHost' | 'database' | 'foreignLists' | 'now'>;

/** The list of each resource, or why it cannot be had: one that cannot keeps nobody from the others. */
export const viewLists = async (
  context: Viewing,
  uris: Iterable<ResourceUri>,
): Promise<Map<ResourceUri, ListView | CloisterError>> => {
  const view = async (uri: ResourceUri): Promise<[ResourceUri, ListView | CloisterError]> => {
    try {
      return [uri, hostOf(uri) === context.kmsHost ? await ownList(context, uri) : await foreignList(context, uri)];
    } catch (error) {
      if (error instanceof CloisterError && error.code.startsWith('kms/')) return [uri, error];
      throw error;
    }
  };
  return new Map(await Promise.all([...new Set(uris)].map(view)));
};

const ownList = async ({ database, now }: Viewing, uri: ResourceUri): Promise<ListView> => {
  const resource = await findResource(database, idOf(uri));
  if (resource === null || isOver(resource, now())) throw new CloisterError('kms/not-authorized');
  const rows = await authorizationsOf(database, resource.resourceId, now());
  const people = rows.filter(({ subjectKind }) => subjectKind === 'person');
  return {
    organisationId: resource.organisationId,
    authorizationVersion: resource.listVersion,
    roomId: resource.roomId,
    // As it stands, not as this node saw it last: what is on again is given again at once.
    isFrozen: (await findHead(database, resource.organisationId))?.isFrozen ?? false,
    readers: new Map(people.map((row) => [row.subjectId, row.subjectOrganisationId])),
  };
};

const foreignList = async ({ foreignLists }: Viewing, uri: ResourceUri): Promise<ListView> => {
  try {
    const { people, ...list } = await within(PATIENCE_MS, foreignLists.of(uri));
    return { ...list, readers: new Map(people.map(({ id, organisationId }) => [id, organisationId])) };
  } catch (error) {
    throw isTimeout(error) ? new CloisterError('kms/peer-unreachable') : error;
  }
};
