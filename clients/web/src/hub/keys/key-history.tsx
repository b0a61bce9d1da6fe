import type { MasterKeyAct, MasterKeyOverview, UserId } from '@cloister/wire';
import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import { formatMoment } from '../../i18n/format-time.ts';
import { useNames } from '../../state/use-names.ts';
import table from '../people-section.module.css';
import { Section } from '../section.tsx';
import { KeyName } from './key-name.tsx';
import { keyStateTexts } from './key-state-text.ts';

const acts: Readonly<Record<MasterKeyAct, MessageDescriptor>> = {
  upload: msg`Uploaded`,
  add: msg`Added from AWS KMS`,
  activate: msg`Activated`,
  revoke: msg`Revoked`,
  'revoke-locally': msg`Revoked locally`,
  delete: msg`Deleted`,
  undelete: msg`Undeleted`,
  remove: msg`Removed while pending`,
  'use-default': msg`Common default key chosen`,
  'rotation-done': msg`Rotation finished`,
  'retire-done': msg`Removed after rotation`,
  purge: msg`Destroyed: its 30 days were over`,
  'amazon-denied': msg`Refused by Amazon`,
  'amazon-ok': msg`Allowed by Amazon again`,
  restore: msg`Original key uploaded again`,
};

/** What was done to the main keys, by whom, newest first. */
export function KeyHistory({ history }: Pick<MasterKeyOverview, 'history'>) {
  const { t, i18n } = useLingui();
  const nameOf = useNames([...new Set(history.map(({ by }) => by).filter((by): by is UserId => by !== null))]);
  if (history.length === 0) return null;
  return (
    <Section title={t`History of the main keys`}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard */}
      <section className={table.scroll} aria-label={t`History of the main keys, table`} tabIndex={0}>
        <table className={table.table}>
          <thead>
            <tr>
              <th scope="col">{t`When`}</th>
              <th scope="col">{t`Key`}</th>
              <th scope="col">{t`What`}</th>
              <th scope="col">{t`State`}</th>
              <th scope="col">{t`By`}</th>
            </tr>
          </thead>
          <tbody>
            {history.map(({ at, uri, act, to, by }, index) => (
              <tr key={history.length - index}>
                <td>
                  <time dateTime={at}>{formatMoment(i18n.locale, new Date(at))}</time>
                </td>
                <td>
                  <KeyName uri={uri} />
                </td>
                <td>{t(acts[act])}</td>
                <td>{to === null ? '' : t(keyStateTexts[to].name)}</td>
                <td>{by === null ? t`By itself` : nameOf(by)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </Section>
  );
}
