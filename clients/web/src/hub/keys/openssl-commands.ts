/** The name under which the public key is saved; the commands use it. */
export const publicKeyFile = 'cloister-public-key.pem';

/**
 * The documents' commands that make a key and seal it for the key server (R035). OpenSSL 3.0 refuses options after the number
 * of bytes, as the documents print the first one; this order every version takes.
 */
export const opensslCommands = [
  'openssl rand -out main_key.bin 32',
  `openssl pkeyutl -encrypt -pubin -inkey ${publicKeyFile} -in main_key.bin -out main_key_encrypted.bin -pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:sha256`,
].join('\n');
