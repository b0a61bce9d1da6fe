import type { KeyManagement, NewKeyOptions } from '@cloister/sdk';
import type { MasterKeyOverview, MasterKeyUri } from '@cloister/wire';
import { useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import { AwsStep } from './aws-step.tsx';
import { ChooseStep } from './choose-step.tsx';
import { DecideStep } from './decide-step.tsx';
import { addedKey } from './own-keys.ts';
import { UploadStep } from './upload-step.tsx';
import type { ChangeKeys } from './use-keys.ts';

/** Where the dialog starts: with the choice, with one kind of key, or with a key that waits already. */
export type AddStart = { step: 'choose' | 'upload' | 'aws' } | { step: 'decide'; uri: MasterKeyUri };

interface Props {
  start: AddStart;
  overview: MasterKeyOverview;
  management: KeyManagement;
  change: ChangeKeys;
  onClose: () => void;
}

/** What every step of the dialog gets. */
export interface StepProps extends Omit<Props, 'start'> {
  title: string;
}

/** Has a key taken up; it waits until the last step decides. */
export type AddKey = (
  make: (management: KeyManagement, options: NewKeyOptions) => Promise<MasterKeyOverview>,
) => Promise<void>;

/** Brings a key of one's own: upload or AWS KMS, then now or later (R017 to R025, R070 to R072). */
export function AddKeyDialog({ start, ...props }: Props) {
  const { t } = useLingui();
  const [at, setAt] = useState<AddStart>(start);
  // It stays the same dialog while what it does changes how the keys stand.
  const [isBack] = useState(props.overview.head === null);
  const step = { ...props, title: isBack ? t`Bring the original key back` : t`Add a key` };
  const add: AddKey = async (make) => {
    const after = await props.change((management, version) => make(management, { activate: false, version }));
    const uri = after && addedKey(props.overview, after)?.uri;
    if (uri === undefined) props.onClose();
    else setAt({ step: 'decide', uri });
  };
  switch (at.step) {
    case 'choose':
      return <ChooseStep {...step} onNext={(next) => setAt({ step: next })} />;
    case 'upload':
      return <UploadStep {...step} add={add} />;
    case 'aws':
      return <AwsStep {...step} add={add} />;
    case 'decide':
      return <DecideStep {...step} uri={at.uri} isBack={isBack} />;
  }
}
