const shape = /^[^\s@<>()[\],;:\\"]{1,64}@[^\s@<>()[\],;:\\"]{1,253}$/;

/**
 * The form in which addresses are compared, or `undefined` when the text is no address.
 * Providers that tell `Bob@` from `bob@` apart are so rare that treating them as one protects people (RFC 5321 §2.4 allows both).
 */
export const emailKey = (text: string): string | undefined => {
  const folded = text.normalize('NFKC').trim().toLowerCase();
  return shape.test(folded) ? folded : undefined;
};
