import { grantCommand } from '@cloister/sdk';
import type { MasterKeyDiagnosis } from '@cloister/wire';
import type { Command } from '../command.ts';
import { findingText } from '../keys/finding-text.ts';
import { managing } from '../keys/managing.ts';
import { findKey } from '../keys/short-id.ts';
import { print } from '../print.ts';

/** What is wrong with a key at Amazon, what is missing and what to do (R079). Ends with 1 unless all is well. */
export const keyDiagnose: Command = (context) =>
  managing(context, async ({ keys, overview, organisationId }) => {
    const key = findKey(overview, context.words[0], 'cloister key diagnose <id>');
    const diagnosis = await keys.diagnose(key.uri);
    print(context, { uri: key.uri, ...diagnosis }, diagnosisLines(diagnosis, organisationId));
    return diagnosis.findings.every((finding) => finding === 'ok') ? undefined : 1;
  });

export const diagnosisLines = (diagnosis: MasterKeyDiagnosis, organisationId: string): string[] => {
  const { arn, principalArn, keyState, missing, fault, reason, findings } = diagnosis;
  const isGrantMissing = findings.includes('grant-missing') && arn !== undefined && principalArn !== undefined;
  return [
    `key:       ${arn ?? 'uploaded, not at Amazon'}`,
    ...(principalArn === undefined ? [] : [`principal: ${principalArn}`]),
    ...(keyState === undefined ? [] : [`state:     ${keyState}`]),
    ...(missing.length === 0 ? [] : [`missing:   ${missing.join(', ')}`]),
    ...(fault === null ? [] : [`fault:     ${[fault, reason].filter((one) => one !== undefined).join(', ')}`]),
    ...findings.map((finding) => `${finding}: ${findingText[finding]}`),
    ...(isGrantMissing ? grantCommand({ arn, principalArn, organisationId }).split('\n') : []),
  ];
};
