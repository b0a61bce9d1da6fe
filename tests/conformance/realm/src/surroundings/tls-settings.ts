/** wires.md §13: "TLS 1.3 only, ALPN `http/1.1`". */
export const tlsSettings = { minVersion: 'TLSv1.3', maxVersion: 'TLSv1.3', ALPNProtocols: ['http/1.1'] } as const;

/** A certificate with its private key, PEM. */
export type TlsPair = { readonly key: string; readonly cert: string };
