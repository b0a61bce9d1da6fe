import type { LookupFunction } from 'node:net';

/**
 * Names under `.localhost` without asking a resolver, which not every system does by itself.
 * @see {@link https://www.rfc-editor.org/rfc/rfc6761#section-6.3 RFC 6761 §6.3}: "Name resolution APIs … SHOULD recognize
 * localhost names as special and SHOULD always return the IP loopback address"
 */
export const lookupLoopback: LookupFunction = (_hostname, options, callback) => {
  if (options.all === true) callback(null, [{ address: '127.0.0.1', family: 4 }]);
  else callback(null, '127.0.0.1', 4);
};
