import type { ReactNode } from 'react';
import { Icon, type IconName } from '../ui/icon.tsx';

/** One line of who can read. */
export function ReaderLine({ icon, children }: { icon: IconName; children: ReactNode }) {
  return (
    <li>
      <Icon name={icon} size={16} />
      <span>{children}</span>
    </li>
  );
}
