import type { StatusView } from '@cloister/verify';
import { type CaseId, CloisterError, type KmsRequest, type OrganisationId, type UserId } from '@cloister/wire';
import type { Asked } from './asked.ts';
import { checkAsker } from './check-asker.ts';

/** By whose right a key is read. */
export type Reader = {
  /** Whose place on the lists counts. */
  readonly personId: string;
  /** A machine stands on no list: it reads what is bound to the resources of its organisation. */
  readonly machineOf: string | null;
  /** One for indexing reads what any person of its organisation may, too, whoever's resource it is (wires.md §14). */
  readonly peopleOf: string | null;
  /** The case by which an officer reads what the person could. */
  readonly caseId: CaseId | null;
};

type Known = { readonly status: Pick<StatusView, 'person' | 'isEnabled' | 'casesOf'>; readonly now: Date };

/**
 * Whose right it is that a request for keys uses (docs/wires.md §10).
 * @throws CloisterError `kms/not-authorized`, `kms/function-off`
 */
export const readerOf = (known: Known, asked: Asked<KmsRequest>): Reader => {
  const { caller, request, part } = asked;
  checkAsker(caller, request, part.kind);
  const { personId, organisationId, purpose } = caller;
  if (purpose !== null) {
    const peopleOf = purpose === 'indexing' ? organisationId : null;
    return { personId, machineOf: organisationId, peopleOf, caseId: null };
  }
  const { onBehalfOf } = request.client.credential;
  // Whoever acts for themselves gets what is theirs, as the published client expects (kms.md §1.7).
  if (onBehalfOf === undefined || onBehalfOf === personId) return { personId, ...person, caseId: null };
  return { personId: onBehalfOf, ...person, caseId: caseFor(known, caller, onBehalfOf) };
};

const person = { machineOf: null, peopleOf: null };

/** "with `ediscovery` on and an approved, unexpired case that names the asker as officer and X as custodian". */
const caseFor = ({ status, now }: Known, { personId, organisationId }: Asked['caller'], custodian: UserId): CaseId => {
  if (!status.isEnabled(organisationId as OrganisationId, 'ediscovery')) throw new CloisterError('kms/function-off');
  const found = status
    .casesOf(personId as UserId)
    .find(
      (each) =>
        each.organisationId === organisationId &&
        each.custodians.includes(custodian) &&
        each.expiresAt * 1000 > now.getTime(),
    );
  if (found === undefined || status.person(custodian)?.organisationId !== organisationId) {
    throw new CloisterError('kms/not-authorized', { detail: 'no open case allows it' });
  }
  return found.id;
};
