import type { KmsKey } from './kms-key.ts';

const seconds = (ms: number): number => ms / 1000;

/** The `KeyMetadata` structure of CreateKey and DescribeKey. Times are seconds since 1970. */
export function keyMetadata(key: KmsKey): Record<string, unknown> {
  const { kind } = key;
  return {
    AWSAccountId: key.account,
    KeyId: key.id,
    Arn: key.arn,
    CreationDate: seconds(key.createdAt),
    Enabled: key.state === 'Enabled',
    Description: key.description,
    KeyUsage: kind.usage,
    KeyState: key.state,
    ...(key.deletion && { DeletionDate: seconds(key.deletion.at) }),
    Origin: key.origin,
    KeyManager: 'CUSTOMER',
    CustomerMasterKeySpec: kind.spec,
    KeySpec: kind.spec,
    [listName(kind.usage)]: kind.algorithms,
    MultiRegion: key.multiRegion,
    ...(key.multiRegion && {
      MultiRegionConfiguration: {
        MultiRegionKeyType: 'PRIMARY',
        PrimaryKey: { Arn: key.arn, Region: key.region },
        ReplicaKeys: [],
      },
    }),
  };
}

const listName = (usage: string): string =>
  usage === 'SIGN_VERIFY'
    ? 'SigningAlgorithms'
    : usage === 'GENERATE_VERIFY_MAC'
      ? 'MacAlgorithms'
      : 'EncryptionAlgorithms';
