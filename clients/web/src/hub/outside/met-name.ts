import type { OutsideOrganisation } from '@cloister/wire';
import { plainName } from '../../outside/plain-name.ts';

/** What an organisation that was met is called: its name, else a domain that it proved, else its key server. */
export const metName = ({ name, domains, kmsHost }: OutsideOrganisation): string =>
  plainName(name) || (domains[0] ?? kmsHost);
