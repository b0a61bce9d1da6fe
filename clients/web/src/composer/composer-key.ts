/** What a key press in the composer means; everything else is the text field's own. */
export type ComposerAct = 'send' | 'edit-last' | 'cancel' | 'none';

/** The parts of a keyboard event that decide. */
export interface KeyPress {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly isComposing: boolean;
  readonly keyCode: number;
}

/**
 * Enter sends and Shift+Enter begins a line, but never while an input method composes: Enter then chooses its
 * candidate. Some browsers end the composition before the key event and tell it by key code 229 only.
 */
export function composerAct(press: KeyPress, state: { empty: boolean; busy: boolean }): ComposerAct {
  if (press.isComposing || press.keyCode === 229) return 'none';
  const modified = press.altKey || press.ctrlKey || press.metaKey || press.shiftKey;
  if (press.key === 'Enter') return press.shiftKey || press.altKey ? 'none' : 'send';
  if (press.key === 'ArrowUp') return state.empty && !modified ? 'edit-last' : 'none';
  if (press.key === 'Escape') return state.busy ? 'cancel' : 'none';
  return 'none';
}
