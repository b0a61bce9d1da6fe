import { type AwsKms, startAwsKms, type User } from '@cloister/aws-kms';
import { TestRealm } from '../../testing/test-realm.ts';

const operations = ['Encrypt', 'Decrypt', 'DescribeKey'] as const;
type Operation = (typeof operations)[number];

/** A customer's account at Amazon, and a realm whose hsm reaches it with a user for each of its organisations. */
export class TestAmazon {
  readonly kms: AwsKms;
  readonly realm: TestRealm;
  readonly customer: User;
  readonly #ours: User;

  private constructor(kms: AwsKms, realm: TestRealm, customer: User, ours: User) {
    this.kms = kms;
    this.realm = realm;
    this.customer = customer;
    this.#ours = ours;
  }

  static async open(): Promise<TestAmazon> {
    const kms = await startAwsKms({ now: () => Date.parse('2026-01-01T00:00:00Z') });
    const [customer, ours, sisters] = [
      kms.createUser('111122223333', 'key-admin'),
      kms.createUser('999988887777', 'cloister-acme'),
      kms.createUser('999988887777', 'cloister-sister'),
    ];
    const realm = await TestRealm.open(({ hsm, organisationId, sisterOrganisationId }) => {
      hsm.reachAmazon(kms.endpoint, { [organisationId]: ours, [sisterOrganisationId]: sisters });
    });
    return new TestAmazon(kms, realm, customer, ours);
  }

  /** The organisation's own principal. */
  get principalArn(): string {
    return this.#ours.arn;
  }

  makeKey(input: object = {}): string {
    return (this.kms.perform(this.customer, 'CreateKey', input).KeyMetadata as { Arn: string }).Arn;
  }

  /** The documents' grant, or one of fewer operations; answers its id. */
  grant(KeyId: string, Operations: readonly Operation[] = operations): string {
    const principal = { GranteePrincipal: this.principalArn, RetiringPrincipal: this.principalArn };
    return this.kms.perform(this.customer, 'CreateGrant', { KeyId, Operations, ...principal }).GrantId as string;
  }

  /** A key that the organisation may use. */
  usableKey(): string {
    const arn = this.makeKey();
    this.grant(arn);
    return arn;
  }

  disable(KeyId: string): void {
    this.kms.perform(this.customer, 'DisableKey', { KeyId });
  }

  enable(KeyId: string): void {
    this.kms.perform(this.customer, 'EnableKey', { KeyId });
  }

  async close(): Promise<void> {
    await this.realm.close();
    await this.kms.stop();
  }
}
