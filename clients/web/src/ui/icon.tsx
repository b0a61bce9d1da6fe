import styles from './icon.module.css';

/** Outlines on a 20 × 20 grid. */
const paths = {
  add: 'M10 4v12M4 10h12',
  alert: 'M10 6.5v4M10 13.4v.1M10 2.8 18 16.5H2z',
  back: 'M12 4.5 6.5 10l5.5 5.5',
  check: 'M4 10.5 8 14.5 16 6',
  clock: 'M10 6v4.2l2.6 1.6M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14z',
  close: 'M5 5l10 10M15 5 5 15',
  down: 'M10 4v11M5 10.5l5 5 5-5',
  download: 'M10 3.5v9M6 9l4 4 4-4M4 16.5h12',
  edit: 'M12.8 4.2l3 3L7.5 15.5l-3.6.6.6-3.6z',
  file: 'M5.5 3h6l3.5 3.6V17h-9.5zM11.3 3.2v3.6H15',
  forward: 'M8 4.5 13.5 10 8 15.5',
  help: 'M7.6 7.6a2.5 2.5 0 1 1 3.5 2.3c-.8.4-1.1.9-1.1 1.7M10 14.2v.1M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15z',
  key: 'M12.5 11.5a4 4 0 1 0-3.6-2.2L3.5 14.7v2h2.6v-1.9h1.9v-1.9l1-.9M13.3 6.8v.1',
  leave: 'M8 3.5H4.5v13H8M12 6.5l3.5 3.5-3.5 3.5M15 10H8',
  lock: 'M5.5 9h9v7.5h-9zM7.3 9V6.5a2.7 2.7 0 0 1 5.4 0V9',
  unlock: 'M5.5 9h9v7.5h-9zM7.3 9V6.5a2.7 2.7 0 0 1 5.2-1',
  machine: 'M4 5.5h12v8H4zM7.5 16.5h5M10 13.5v3M7.3 9.5h5.4',
  more: 'M4 10a1 1 0 1 0 2 0 1 1 0 1 0-2 0zM9 10a1 1 0 1 0 2 0 1 1 0 1 0-2 0zM14 10a1 1 0 1 0 2 0 1 1 0 1 0-2 0z',
  outside: 'M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM3.3 10h13.4M10 3c2 2 3 4.4 3 7s-1 5-3 7c-2-2-3-4.4-3-7s1-5 3-7z',
  people:
    'M8 9.5a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.6zM2.8 16c.2-2.8 2.3-4.5 5.2-4.5s5 1.7 5.2 4.5M13 4.4a2.6 2.6 0 0 1 0 4.9M15 12c1.4.700 2.2 2.1 2.3 4',
  remove: 'M5 6h10M8.2 6V4h3.6v2M6.2 6l.6 10.5h6.4L13.8 6',
  retry: 'M15.5 8a6 6 0 1 0 .4 3.6M16 4v4h-4',
  search: 'M9 14.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11zM13.2 13.2 17 17',
  send: 'M3.5 4.2 17 10 3.5 15.8 5.8 10zM5.8 10H11',
  settings:
    'M3.5 6h7M14.5 6h2M3.5 14h2M9.5 14h7M12.5 8a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM7.5 16a2 2 0 1 0 0-4 2 2 0 0 0 0 4z',
  attach: 'M15.8 9.3l-5.9 5.9a3.5 3.5 0 0 1-5-5l6.3-6.2a2.3 2.3 0 0 1 3.3 3.3l-6.2 6.2a1.1 1.1 0 0 1-1.7-1.6l5.5-5.5',
} as const;

export type IconName = keyof typeof paths;

/** A decorative outline; the control around it has the words. */
export function Icon({ name, size = 20 }: { name: IconName; size?: 16 | 20 }) {
  return (
    <svg className={styles.icon} width={size} height={size} viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  );
}
