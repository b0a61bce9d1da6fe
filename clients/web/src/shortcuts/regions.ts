/** Parts of the page that F6 goes through, in the order of the page. */
const regionSelector = '[data-landmark]';
const focusable = 'a[href], button:not([disabled]), input:not([tabindex="-1"]), textarea, [tabindex="0"]';

/** The index of the region to go to, from the one that has the focus (or -1). */
export function nextRegion(current: number, count: number, step: 1 | -1): number {
  if (count === 0) return -1;
  if (current === -1) return step === 1 ? 0 : count - 1;
  return (current + step + count) % count;
}

/** Moves the focus to the next part of the page: to what is chosen in it, else to its first control. */
export function focusRegion(step: 1 | -1): void {
  const regions = [...document.querySelectorAll<HTMLElement>(regionSelector)].filter((region) =>
    region.checkVisibility(),
  );
  const current = regions.findIndex((region) => region.contains(document.activeElement));
  const region = regions[nextRegion(current, regions.length, step)];
  if (region === undefined) return;
  const chosen = region.querySelector<HTMLElement>('[aria-current], textarea');
  const first = region.tabIndex === 0 ? region : region.querySelector<HTMLElement>(focusable);
  (chosen ?? first)?.focus();
}
