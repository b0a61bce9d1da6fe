/**
 * The X.509 library weighs some 55 kB compressed in a browser, so it is fetched when a certificate is first needed.
 * Its dependency injection asks for the reflection polyfill first.
 */
export async function loadX509() {
  await import('reflect-metadata');
  return import('@peculiar/x509');
}

export type X509 = Awaited<ReturnType<typeof loadX509>>;
