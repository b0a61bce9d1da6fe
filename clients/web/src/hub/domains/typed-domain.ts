import { type DomainName, isDomainName } from '@cloister/wire';

/**
 * The domain that somebody typed or pasted: an address, capital letters and other scripts are put right; undefined when
 * it is none.
 */
export function typedDomain(text: string): DomainName | undefined {
  const host = text.trim().split('@').at(-1) ?? '';
  // A browser writes a name of another script as DNS does; anything but a name stays what it is and is refused.
  const name = /^[^\s/:?#\\%]+$/.test(host) ? (URL.parse(`https://${host}`)?.hostname ?? '') : '';
  return isDomainName(name) ? name : undefined;
}
