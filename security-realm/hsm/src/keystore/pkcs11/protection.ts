/** Modules that keep keys in files and memory of this machine, by what they say of themselves. */
const software = /softhsm|mozilla|\bnss\b|kryoptic|\bsoft(ware)?\b|simulator|emulator/i;

/**
 * What a person may be told of a module: `software` for those that are known to be software themselves, whatever their
 * interface is called (byok.md §1.1).
 */
export const protectionOf = (library: string, tokenModel: string): 'software' | 'token' =>
  software.test(library) || software.test(tokenModel) ? 'software' : 'token';
