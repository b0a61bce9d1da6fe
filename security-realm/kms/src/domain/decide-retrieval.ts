import { CloisterError, instanceUri, type KmsHost, type Uuid } from '@cloister/wire';
import type { KeyForPerson } from '../store/key-row.ts';
import type { Reader } from './reader.ts';

/** Why a key may or may not be given. */
export type Retrieval =
  | { readonly allowed: true; readonly key: KeyForPerson }
  | { readonly allowed: false; readonly error: CloisterError };

type Asking = {
  readonly kmsHost: KmsHost;
  readonly reader: Pick<Reader, 'personId' | 'machineOf'>;
  /** Resources the person may read through others; for a machine of indexing, that its organisation's people may read. */
  readonly readable: ReadonlySet<string>;
  /** Whether the reader's organisation and this one let their people meet. */
  readonly meets: (organisationId: string) => boolean;
  readonly now: Date;
};

/** Whose a key is, and whose the resource it is bound to. */
export const organisationsOf = (keys: Iterable<KeyForPerson>): string[] =>
  [...keys].flatMap(({ organisationId, resourceOrganisationId }) =>
    resourceOrganisationId === null ? [organisationId] : [organisationId, resourceOrganisationId],
  );

/**
 * Whether a reader may have a key (kms.md §1.6; R288): a bound one by the resource's list alone, so that its creator loses
 * it with the others (R333); an unbound one by having made it. A machine may have what is bound to the resources of its
 * organisation (R341), one for indexing also what is bound where its organisation has somebody (R391).
 */
export const decideRetrieval = (key: KeyForPerson | undefined, asking: Asking): Retrieval => {
  if (key === undefined) return refused(new CloisterError('kms/not-found'));
  if (key.isRevoked) return refused(new CloisterError('kms/revoked'));
  const { personId, machineOf } = asking.reader;
  // Only the list at its resource's home says who may read it.
  if (key.foreignResource !== null) return refused(new CloisterError('kms/not-authorized'));
  if (key.resourceId === null) {
    if (machineOf !== null || key.creatorId !== personId) return refused(new CloisterError('kms/not-authorized'));
    return key.expiresAt > asking.now ? { allowed: true, key } : refused(new CloisterError('kms/not-found'));
  }
  const stands =
    asking.readable.has(key.resourceId) ||
    (machineOf === null ? key.isDirect : key.resourceOrganisationId === machineOf);
  if (!stands || key.isOver) return refused(notAuthorizedOn(asking.kmsHost, personId, key.resourceId));
  // wires.md §13: "own people get no keys of the other's resources or people", and the other's none of ours.
  return organisationsOf([key]).every(asking.meets)
    ? { allowed: true, key }
    : refused(new CloisterError('kms/outside-not-allowed'));
};

const refused = (error: CloisterError): Retrieval => ({ allowed: false, error });

/** The published sentence (kms.md §1.5). */
export const notAuthorizedOn = (kmsHost: KmsHost, personId: string, resourceId: string): NotAuthorized =>
  new NotAuthorized(
    `User ${personId} doesn't have authorization to access resource ${instanceUri(kmsHost, 'resources', resourceId as Uuid)}`,
  );

/** A refusal with the reason that published clients show. */
export class NotAuthorized extends CloisterError {
  readonly reason: string;

  constructor(reason: string) {
    super('kms/not-authorized');
    this.reason = reason;
  }
}
