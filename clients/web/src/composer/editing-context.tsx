import type { MessageEntry } from '@cloister/sdk';
import type { ActivityId } from '@cloister/wire';
import { createContext, type ReactNode, use, useMemo, useState } from 'react';

/** A message that can be edited: stored by the core. */
export type Editable = MessageEntry & { readonly id: ActivityId };

interface Editing {
  readonly editing: Editable | undefined;
  readonly edit: (entry: Editable) => void;
  readonly stop: () => void;
}

const EditingContext = createContext<Editing>({ editing: undefined, edit: () => {}, stop: () => {} });

/** Remembers which message the composer of this room edits. */
export function EditingProvider({ children }: { children: ReactNode }) {
  const [editing, edit] = useState<Editable>();
  const value = useMemo(() => ({ editing, edit, stop: () => edit(undefined) }), [editing]);
  return <EditingContext value={value}>{children}</EditingContext>;
}

export const useEditing = (): Editing => use(EditingContext);
