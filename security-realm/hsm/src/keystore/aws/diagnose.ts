import { randomBytes } from 'node:crypto';
import { CloisterError } from '@cloister/wire';
import type { KeyDiagnosis } from '../../protocol/answers.ts';
import { denialReasonOf } from '../../protocol/denial.ts';
import type { EncryptionContext, KeyLook, KmsApi } from './kms-api.ts';
import { faultOfLook } from './probe.ts';

export type Findings = Omit<KeyDiagnosis, 'arn' | 'principalArn'>;

/** Tries each operation by itself, so that what is missing can be named (R069, R079). */
export const diagnose = async (api: KmsApi, context: EncryptionContext): Promise<Findings> => {
  const look = await tried(api.describe());
  const wrapped = await tried(api.encrypt(randomBytes(32), context));
  // Without a ciphertext of its own Decrypt is asked about bytes that are none: who may not is told so all the same.
  const opened = await tried(api.decrypt('value' in wrapped ? wrapped.value : randomBytes(184), context));
  const missing = (
    [
      ['Encrypt', wrapped],
      ['Decrypt', opened],
      ['DescribeKey', look],
    ] as const
  ).flatMap(([operation, { fault }]) => (denialReasonOf(fault) === 'denied' ? [operation] : []));
  const openedFault = 'value' in wrapped ? opened.fault : null;
  const fault = worst([look.fault ?? faultOfLook(look.value), wrapped.fault, openedFault]);
  return { ...seen('value' in look ? look.value : null), missing, ...told(fault) };
};

/** What is to be said of a key that Amazon was not asked about. */
export const undiagnosed = (fault: CloisterError): Findings => ({ ...seen(null), missing: [], ...told(fault) });

type Tried<T> = { readonly value: T; readonly fault: null } | { readonly fault: CloisterError };

const tried = async <T>(call: Promise<T>): Promise<Tried<T>> => {
  try {
    return { value: await call, fault: null };
  } catch (error) {
    return { fault: error instanceof CloisterError ? error : new CloisterError('hsm/internal') };
  }
};

const seen = (look: KeyLook | null) => ({
  keyState: look?.state ?? null,
  keySpec: look?.spec ?? null,
  keyUsage: look?.usage ?? null,
});

const told = (fault: CloisterError | null): Pick<KeyDiagnosis, 'fault' | 'reason'> => {
  const reason = denialReasonOf(fault);
  return { fault: fault?.code ?? null, ...(reason === null ? {} : { reason }) };
};

/** Our own credential explains everything; then a state or kind, which the others follow from; then what is missing. */
const worst = (faults: readonly (CloisterError | null)[]): CloisterError | null => {
  const found = faults.filter((fault) => fault !== null);
  const rank = (fault: CloisterError): number => {
    if (fault.code === 'hsm/credential-fault') return 0;
    const reason = denialReasonOf(fault);
    return reason === null ? 3 : reason === 'denied' ? 2 : 1;
  };
  return found.sort((a, b) => rank(a) - rank(b))[0] ?? null;
};
