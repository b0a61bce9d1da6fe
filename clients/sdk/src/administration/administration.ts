import type {
  CaseId,
  CaseView,
  DomainName,
  DomainView,
  EcPublicJwk,
  FunctionView,
  Invitation,
  MachineId,
  Me,
  Member,
  Purpose,
  UserId,
} from '@cloister/wire';

/** An eDiscovery case to be opened. */
export interface NewCase {
  readonly reference: string;
  readonly officer: UserId;
  readonly custodians: readonly UserId[];
  readonly expiresAt: Date;
}

/** Whom to invite. */
export interface NewMember {
  readonly name: string;
  readonly email: string;
  readonly roles: Member['roles'];
}

/** What an administrator changes about a person. */
export interface MemberChange {
  /** Without it the person is signed out everywhere and removed from every room. */
  readonly active?: boolean;
  readonly roles?: Member['roles'];
}

/**
 * What identity lets people see and full administrators change of their own organisation. Every method rejects with a
 * CloisterError: `identity/forbidden` for others, `identity/not-found`, `identity/conflict`, `identity/domain-…`, `client/offline`.
 */
export interface Administration {
  me(): Promise<Me>;
  /** Everyone of the organisation, disabled people too, over all pages. */
  people(): Promise<readonly Member[]>;
  /** A link for somebody new, to be handed over in a way only they can read. */
  invite(person: NewMember): Promise<Invitation>;
  changePerson(id: UserId, change: MemberChange): Promise<void>;
  /** Every function that needs keys, on or off; any member may ask. Machines and who switched: administrators only. */
  functions(): Promise<readonly FunctionView[]>;
  setFunction(purpose: Purpose, enabled: boolean): Promise<void>;
  addMachine(purpose: Purpose, publicKey: EcPublicJwk): Promise<MachineId>;
  removeMachine(id: MachineId): Promise<void>;
  /** Cases, newest first. */
  cases(): Promise<readonly CaseView[]>;
  openCase(opened: NewCase): Promise<CaseId>;
  /** As the second administrator: not who opened it, nor its officer, nor a custodian. */
  approveCase(id: CaseId): Promise<void>;
  closeCase(id: CaseId): Promise<void>;
  /** Domains that the organisation proved or claims. */
  domains(): Promise<readonly DomainView[]>;
  /** Says that a domain is the organisation's own; the answer names the DNS record that proves it. */
  claimDomain(domain: DomainName): Promise<DomainView>;
  /** Has identity look the record up: `identity/domain-not-proven`, `identity/domain-taken`. */
  verifyDomain(domain: DomainName): Promise<DomainView>;
  /** Takes a claim back or gives a domain up: `identity/domain-in-use`. */
  removeDomain(domain: DomainName): Promise<void>;
}
