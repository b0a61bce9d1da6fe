import { openKeyManagement } from '@cloister/sdk';
import type { MasterKeyView } from '@cloister/wire';
import { Trans, useLingui } from '@lingui/react/macro';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useClient } from '../../state/client-context.tsx';
import { FaultNotice } from '../../ui/fault-notice.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Spinner } from '../../ui/spinner.tsx';
import { LoadFailed } from '../load-failed.tsx';
import { Section } from '../section.tsx';
import { ActDialog, type ConfirmedAct } from './act-dialog.tsx';
import { AddKeyDialog, type AddStart } from './add-key-dialog.tsx';
import { ByokOffDialog } from './byok-off-dialog.tsx';
import { ByokSection } from './byok-section.tsx';
import { DiagnoseDialog } from './diagnose-dialog.tsx';
import { FrozenNotice } from './frozen-notice.tsx';
import type { KeyAct } from './key-acts.ts';
import { DefaultKeyCard, KeyCard } from './key-card.tsx';
import { KeyHistory } from './key-history.tsx';
import { keyMenuId } from './key-id.ts';
import { useGivenKeyManagement } from './key-management-context.tsx';
import styles from './key-management-page.module.css';
import { bringsItsOwn, headKey, pendingKey } from './own-keys.ts';
import { StateAnnouncer } from './state-announcer.tsx';
import { type Keys, useKeys } from './use-keys.ts';

/** Organisation settings > Key management (docs/wires.md §12). */
export function KeyManagementPage() {
  const { t } = useLingui();
  const client = useClient();
  const given = useGivenKeyManagement();
  const management = useMemo(() => given ?? openKeyManagement(client), [given, client]);
  const keys = useKeys(management);
  switch (keys.state) {
    case 'loading':
      return <Spinner label={t`Asking the key server…`} />;
    case 'failed':
      return <LoadFailed fault={keys.fault} again={keys.again} />;
    case 'ready':
      return <KeysShown keys={keys} />;
  }
}

type Open =
  | { dialog: 'off' }
  | { dialog: 'add'; start: AddStart }
  | { dialog: 'diagnose'; view: MasterKeyView }
  | { dialog: 'act'; act: ConfirmedAct; view: MasterKeyView };

function KeysShown({ keys }: { keys: Extract<Keys, { state: 'ready' }> }) {
  const { t } = useLingui();
  const { overview, management, change, conflict, fault } = keys;
  const [open, setOpen] = useState<Open>();
  // Before the first key is there, “on” is a wish of this page: the default key stays the main key until then.
  const [wished, setWished] = useState(false);
  const isOn = wished || bringsItsOwn(overview);
  const heading = useRef<HTMLHeadingElement>(null);
  const openedFrom = useRef('');
  const close = () => setOpen(undefined);
  useEffect(() => {
    if (open !== undefined) return;
    // The line of the menu that opened the dialog is gone, and its key may be: the next best place gets the focus.
    const frame = requestAnimationFrame(() => {
      if (document.activeElement !== document.body) return;
      (document.getElementById(openedFrom.current) ?? heading.current)?.focus();
    });
    return () => cancelAnimationFrame(frame);
  }, [open]);

  const pending = pendingKey(overview);
  const add = () => {
    // One key can wait at a time: it is that one's turn.
    const start: AddStart = pending === undefined ? { step: 'choose' } : { step: 'decide', uri: pending.uri };
    setOpen({ dialog: 'add', start });
  };
  const flip = () => {
    if (bringsItsOwn(overview)) setOpen({ dialog: 'off' });
    else setWished(!wished);
  };
  const act = (chosen: KeyAct, view: MasterKeyView) => {
    openedFrom.current = keyMenuId(view.uri);
    if (chosen === 'rotate') add();
    else if (chosen === 'diagnose') setOpen({ dialog: 'diagnose', view });
    else setOpen({ dialog: 'act', act: chosen, view });
  };
  const restore = () =>
    setOpen({ dialog: 'add', start: { step: headKey(overview)?.source === 'AWS_KMS' ? 'aws' : 'upload' } });

  return (
    <>
      <h2 className={styles.title} ref={heading} tabIndex={-1}>
        <Trans>Key management</Trans>
      </h2>
      <div role="alert" className={styles.alerts}>
        {conflict && (
          <Notice kind="warning" icon="alert">
            <Trans>
              Someone else changed the keys at the same moment, so nothing was changed by you. This page now shows how
              they stand: look again before you decide.
            </Trans>
          </Notice>
        )}
        <FrozenNotice overview={overview} onRestore={restore} />
      </div>
      {fault && <FaultNotice fault={fault} />}
      <ByokSection overview={overview} isOn={isOn} onSwitch={flip} onAdd={add} />
      <Section title={t`Keys`}>
        <ul className={styles.keys}>
          {overview.keys.map((view) => (
            <KeyCard key={view.uri} view={view} overview={overview} onAct={act} />
          ))}
          <DefaultKeyCard overview={overview} />
        </ul>
      </Section>
      <KeyHistory history={overview.history} />
      <StateAnnouncer overview={overview} />
      {open?.dialog === 'off' && (
        <ByokOffDialog
          overview={overview}
          change={(make) => change(make).finally(() => setWished(false))}
          onClose={close}
        />
      )}
      {open?.dialog === 'add' && (
        <AddKeyDialog start={open.start} overview={overview} management={management} change={change} onClose={close} />
      )}
      {open?.dialog === 'diagnose' && <DiagnoseDialog view={open.view} management={management} onClose={close} />}
      {open?.dialog === 'act' && (
        <ActDialog act={open.act} view={open.view} overview={overview} change={change} onClose={close} />
      )}
    </>
  );
}
