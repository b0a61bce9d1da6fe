import { remember, remembered } from './remembered.ts';

export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

/** The remembered theme; `system` follows the device. */
export function currentTheme(): Theme {
  const value = remembered('theme');
  return themes.find((theme) => theme === value) ?? 'system';
}

/** Shows a theme; the stylesheet knows the two attribute values and falls back to the device's. */
export function showTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

/** Shows a theme from now on. */
export function setTheme(theme: Theme): void {
  remember('theme', theme);
  showTheme(theme);
}
