/**
 * Debian's Chromium for tests, and what tests of pages look at and do.
 * Never learns what a page is about: no address, no person, no key.
 * @see docs/wires.md §8
 */
export { axe } from './axe.ts';
export { hasChromium, startChromium } from './chromium.ts';
export { complaintsOf } from './complaints-of.ts';
export { dropFile } from './drop-file.ts';
