/**
 * The X.509 library, for issuing only: it weighs some 55 kB compressed, which no client should fetch to check a
 * certificate. Its dependency injection asks for the reflection polyfill first.
 */
export async function loadX509() {
  await import('reflect-metadata');
  return import('@peculiar/x509');
}
