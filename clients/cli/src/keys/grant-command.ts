export interface Grant {
  readonly arn: string;
  readonly principalArn: string;
  readonly organisationId: string;
}

/** The command of the documents that lets an organisation's principal use a key at Amazon (R067). */
export const grantCommand = ({ arn, principalArn, organisationId }: Grant): string[] => [
  'aws kms create-grant \\',
  `  --name Cloister-${organisationId.slice(0, 8)}-encrypt-decrypt \\`,
  `  --key-id ${arn} \\`,
  '  --operations Encrypt Decrypt DescribeKey \\',
  `  --grantee-principal ${principalArn} \\`,
  `  --retiring-principal ${principalArn}`,
];

/** What an ARN of a key looks like; nothing else becomes part of a command that people run. */
export const isKeyArn = (text: string): boolean =>
  /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]{1,128}$/.test(text);
