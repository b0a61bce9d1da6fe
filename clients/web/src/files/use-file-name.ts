import type { FileView } from '@cloister/sdk';
import { useLingui } from '@lingui/react/macro';

/** A file's name to show and to save under. */
export function useFileName(file: FileView): string {
  const { t } = useLingui();
  if (file.name.state === 'open') return file.name.value;
  return file.name.state === 'opening' ? t`…` : t`File with an unreadable name`;
}
