import type { IndexFigures } from '@cloister/wire';
import { Trans, useLingui } from '@lingui/react/macro';
import styles from './attack-table.module.css';
import { useAttackText } from './attack-text.ts';

/** Each attack in one sentence, with what it learnt had nothing been done, and as the index is. */
export function AttackTable({ attacks }: { attacks: IndexFigures['attacks'] }) {
  const { t, i18n } = useLingui();
  const textOf = useAttackText();
  const percent = new Intl.NumberFormat(i18n.locale, { style: 'percent', maximumFractionDigits: 1 });
  return (
    <table className={styles.table} aria-label={t`Attacks`}>
      <thead>
        <tr>
          <th scope="col">
            <Trans>Attack</Trans>
          </th>
          <th scope="col" className={styles.number}>
            <Trans>Unprotected</Trans>
          </th>
          <th scope="col" className={styles.number}>
            <Trans>As it is</Trans>
          </th>
        </tr>
      </thead>
      <tbody>
        {attacks.map((attack) => (
          <tr key={`${attack.name}: ${attack.measure}`}>
            <th scope="row">{textOf(attack)}</th>
            <td className={styles.number}>{percent.format(attack.unprotected)}</td>
            <td className={styles.number}>{percent.format(attack.protected)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
