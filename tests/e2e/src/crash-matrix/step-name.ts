/** The steps of a two-part change at which a server can be made to stand still; what each is says README.md. */
export const stepNames = [
  'core: request parsed',
  'core: intent not written',
  'core: intent written, not committed',
  'core: intent committed',
  'core: frame sent',
  'kms: received',
  'kms: no transaction yet',
  'kms: operation noted, not applied',
  'kms: applied, not signed',
  'kms: audited, not committed',
  'kms: committed',
  'kms: receipt not sent',
  'core: receipt received',
  'core: concluded, not committed',
  'core: committed, nobody told',
  'core: answer not sent',
  'core: status not asked',
  'kms: status received',
  'kms: closed',
  'kms: status not answered',
] as const;

export type StepName = (typeof stepNames)[number];
