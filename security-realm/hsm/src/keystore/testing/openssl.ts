import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// The documents' own words (R035). OpenSSL 3.0 wants the number of bytes last, and says so: then the same words in that order.
const makeKey = 'openssl rand 32 -out main_key.bin 2>refused || openssl rand -out main_key.bin 32';
const encryptKey =
  'openssl pkeyutl -encrypt -pubin -inkey path/to/public.pem -in main_key.bin -out main_key_encrypted.bin -pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:sha256';

/** The customer's side: OpenSSL 3 as the documents say to use it, and as it can be used wrongly. */
export class Openssl {
  readonly #folder = mkdtempSync(join(tmpdir(), 'cloister-openssl-'));

  constructor() {
    mkdirSync(join(this.#folder, 'path/to'), { recursive: true });
  }

  /** A new key and its upload, by the documents' two commands. */
  documented(publicKey: string): { key: Buffer; upload: Buffer } {
    this.#write('path/to/public.pem', publicKey);
    this.#shell(makeKey);
    this.#shell(encryptKey);
    return { key: this.#read('main_key.bin'), upload: this.#read('main_key_encrypted.bin') };
  }

  /** A message encrypted to a public key, with these options in place of the documents'. */
  encrypted(publicKey: string, message: Buffer, options = ['rsa_padding_mode:oaep', 'rsa_oaep_md:sha256']): Buffer {
    this.#write('path/to/public.pem', publicKey);
    this.#write('message.bin', message);
    const files = ['-inkey', 'path/to/public.pem', '-in', 'message.bin', '-out', 'message_encrypted.bin'];
    this.#run(['pkeyutl', '-encrypt', '-pubin', ...files, ...options.flatMap((option) => ['-pkeyopt', option])]);
    return this.#read('message_encrypted.bin');
  }

  /** What `openssl mac` says a key's check value is. */
  check(key: Buffer, organisationId: string): Buffer {
    this.#write('text.bin', `byok-kcv/v1|${organisationId}`);
    const hexkey = `hexkey:${key.toString('hex')}`;
    const mac = ['mac', '-cipher', 'AES-256-CBC', '-macopt', hexkey, '-in', 'text.bin', 'CMAC'];
    return Buffer.from(this.#run(mac).toString().trim(), 'hex');
  }

  /** `openssl pkey` on a public key: its size in bits. */
  bitsOf(publicKey: string): number {
    this.#write('public.pem', publicKey);
    const text = this.#run(['pkey', '-pubin', '-in', 'public.pem', '-noout', '-text']).toString();
    return Number(/\((\d+) bit\)/.exec(text)?.[1]);
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #shell(command: string): void {
    execFileSync('sh', ['-c', command], { cwd: this.#folder });
  }

  #run(args: string[]): Buffer {
    return execFileSync('openssl', args, { cwd: this.#folder });
  }

  #write(name: string, content: Buffer | string): void {
    writeFileSync(join(this.#folder, name), content);
  }

  #read(name: string): Buffer {
    return readFileSync(join(this.#folder, name));
  }
}
