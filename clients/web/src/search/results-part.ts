import { laterPart } from '../ui/later-part.tsx';

/** What was found: loaded as soon as somebody is about to search, so that nothing waits for it after Enter. */
export const resultsPart = laterPart(() => import('./opened/results-page.tsx'));
