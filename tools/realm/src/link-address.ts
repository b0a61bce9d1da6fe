import { isIP } from 'node:net';
import { SetUpError } from '@cloister/postgres';

/**
 * The address of the realm link, as the operator says it: a name, or the very host that the owner asked. An operator has no
 * business sending a realm to an address inside the owner's own network (threats row 15).
 * @throws SetUpError
 */
export const checkLinkAddress = (core: string, identity: string): string => {
  const [link, asked] = [URL.parse(core), new URL(identity)];
  const host = link?.hostname ?? '';
  const isLocal = host === 'localhost' || host.endsWith('.localhost');
  const isNumber = isIP(host.replaceAll(/[[\]]/g, '')) !== 0;
  const isPlain = link?.protocol === 'wss:' && link.username === '' && link.password === '';
  const isFar = host !== '' && !isNumber && !isLocal;
  if (isPlain && (isFar || host === asked.hostname)) return core;
  throw new SetUpError(
    'the operator sends this realm to an address that is no name of the network',
    'nothing was kept; ask the operator why its "joining.core" is such',
  );
};
