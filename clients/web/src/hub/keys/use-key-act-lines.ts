import { msg } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import type { IconName } from '../../ui/icon.tsx';
import type { MenuLine } from '../../ui/menu.tsx';
import type { KeyAct } from './key-acts.ts';

const words = {
  rotate: msg`Rotate`,
  revoke: msg`Revoke`,
  'revoke-locally': msg`Revoke locally`,
  activate: msg`Activate`,
  delete: msg`Delete`,
  undelete: msg`Undelete`,
  // Of people the same English word is another in other languages.
  remove: msg({ context: 'main key', message: 'Remove' }),
  diagnose: msg`Diagnose`,
};

const icons: Readonly<Record<KeyAct, IconName>> = {
  rotate: 'retry',
  revoke: 'lock',
  'revoke-locally': 'lock',
  activate: 'unlock',
  delete: 'remove',
  undelete: 'back',
  remove: 'remove',
  diagnose: 'search',
};

const dangerous: readonly KeyAct[] = ['revoke', 'revoke-locally', 'delete'];

/** The lines of a key's menu. */
export function useKeyActLines(): (acts: readonly KeyAct[], act: (act: KeyAct) => void) => MenuLine[] {
  const { t } = useLingui();
  return (acts, act) =>
    acts.map((id) => ({
      id,
      icon: icons[id],
      label: t(words[id]),
      danger: dangerous.includes(id),
      act: () => act(id),
    }));
}
