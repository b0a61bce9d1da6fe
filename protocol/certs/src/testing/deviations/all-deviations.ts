import type { Deviation } from './deviation.ts';
import { ofExtensions } from './of-extensions.ts';
import { ofForms } from './of-forms.ts';
import { ofKeys } from './of-keys.ts';
import { ofNames } from './of-names.ts';
import { ofRoots } from './of-roots.ts';
import { ofUsage } from './of-usage.ts';

/** Everything that is tried, one by one and together. */
export const allDeviations: readonly Deviation[] = [
  ...ofNames,
  ...ofUsage,
  ...ofExtensions,
  ...ofForms,
  ...ofKeys,
  ...ofRoots,
];
