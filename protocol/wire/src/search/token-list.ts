import { CloisterError } from '../errors/cloister-error.ts';
import type { ByteReader } from './byte-reader.ts';
import type { ByteWriter } from './byte-writer.ts';
import { tokenBytes } from './limits.ts';

/** Tokens in a row, {@link tokenBytes} each: as `u32be` count and the tokens on the wire, where they stay. */
export type TokenList = Uint8Array;

/** How many tokens a list holds. */
export const tokenCount = (tokens: TokenList): number => tokens.length / tokenBytes;

export const tokenListBytes = (tokens: TokenList): number => 4 + tokens.length;

export const readTokenList = (reader: ByteReader): TokenList => {
  const count = reader.count(reader.u32(), tokenBytes);
  if (count === 0) throw new CloisterError('wire/invalid-message', { detail: 'a list without a token' });
  return reader.bytes(count * tokenBytes);
};

export const writeTokenList = (writer: ByteWriter, tokens: TokenList): void => {
  const count = tokenCount(tokens);
  if (count === 0) throw new CloisterError('wire/invalid-message', { detail: 'a list without a token' });
  writer.u32(count);
  writer.bytes(tokens);
};
