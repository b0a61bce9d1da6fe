import { CloisterError, type OutsideOrganisation, type OutsideOverview, type OutsidePolicy } from '@cloister/wire';
import { plural } from '@lingui/core/macro';
import { Trans, useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import { ConfirmDialog } from '../../dialogs/confirm-dialog.tsx';
import { useConfig } from '../../state/config-context.tsx';
import { Notice } from '../../ui/notice.tsx';
import { metName } from './met-name.ts';
import styles from './outside.module.css';
import { policyReach } from './outside-reach.ts';
import { StopsAndGoesOn } from './stops-and-goes-on.tsx';
import type { ChangeOutside } from './use-outside.ts';

interface Props {
  policy: OutsidePolicy;
  overview: OutsideOverview;
  change: ChangeOutside;
  again: () => void;
  onClose: () => void;
}

/** Says before a policy is saved what it does to the organisations met so far, and to how many rooms. */
export function PolicyDialog({ policy, overview, change, again, onClose }: Props) {
  const { t } = useLingui();
  const { organisation } = useConfig();
  const [isOld, setOld] = useState(false);
  const { shutOut, letIn } = policyReach(overview.policy, policy, overview.organisations);
  const own = organisation.name;
  const save = async () => {
    try {
      await change((management) => management.setPolicy(policy, overview.version));
    } catch (error) {
      setOld(error instanceof CloisterError && error.code === 'kms/version-mismatch');
      throw error;
    }
  };
  return (
    <ConfirmDialog
      title={t`Change whom people of ${own} may meet?`}
      verb={t`Save`}
      kind={shutOut.length > 0 ? 'danger' : 'primary'}
      act={save}
      onClose={() => {
        onClose();
        if (isOld) again();
      }}
    >
      <p>
        {policy.mode === 'everybody' && (
          <Trans>People of {own} may share rooms with people of every organisation that you have not paused.</Trans>
        )}
        {policy.mode === 'listed' && (
          <Trans>People of {own} may share rooms only with people of organisations whose domain is on the list.</Trans>
        )}
        {policy.mode === 'nobody' && (
          <Trans>People of {own} may share rooms with nobody of another organisation.</Trans>
        )}
      </p>
      {shutOut.length > 0 && (
        <>
          <Notice kind="danger" icon="alert">
            <Trans>These organisations are shut out at once, in the rooms that they share with you:</Trans>
            <Reached organisations={shutOut} />
          </Notice>
          <StopsAndGoesOn />
        </>
      )}
      {letIn.length > 0 && (
        <Notice icon="check">
          <Trans>These organisations are let in again, unless they are paused:</Trans>
          <Reached organisations={letIn} />
        </Notice>
      )}
      {shutOut.length + letIn.length === 0 && (
        <p>
          <Trans>For the organisations met so far nothing changes.</Trans>
        </p>
      )}
    </ConfirmDialog>
  );
}

function Reached({ organisations }: { organisations: readonly OutsideOrganisation[] }) {
  const { t } = useLingui();
  return (
    <ul className={styles.reached}>
      {organisations.map((each) => {
        const [name, rooms] = [metName(each), each.rooms];
        return <li key={each.id}>{t`${name}: ${plural(rooms, { one: '# room', other: '# rooms' })}`}</li>;
      })}
    </ul>
  );
}
