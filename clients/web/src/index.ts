/**
 * The web client: rooms, messages, files and people in a browser, and a first administration page. `app` serves its build.
 * It learns what its user may read and tells nobody; protocols are the sdk's, this package only shows and asks.
 * @see docs/wires.md §1, §8
 */
export { buildWeb } from './build/build-web.ts';
