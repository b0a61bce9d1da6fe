import { createCipheriv, createDecipheriv, createHmac, createSecretKey, randomBytes } from 'node:crypto';

/** What indexing cannot do without: opening each message and an HMAC for each of its terms, and nothing else. */
export interface BareIndexing {
  open(count: number): void;
  hmac(count: number): void;
}

/** @param text of usual length */
export function bareIndexing(text: string): BareIndexing {
  const key = createSecretKey(randomBytes(32));
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  const sealed = Buffer.concat([cipher.update(text), cipher.final()]);
  const tag = cipher.getAuthTag();
  const message = Buffer.alloc(45, 'w:');
  return {
    open: (count) => {
      for (let done = 0; done < count; done++) {
        const decipher = createDecipheriv('aes-256-gcm', key, nonce).setAuthTag(tag);
        Buffer.concat([decipher.update(sealed), decipher.final()]).toString('utf8');
      }
    },
    hmac: (count) => {
      for (let done = 0; done < count; done++) createHmac('sha256', key).update(message).digest();
    },
  };
}
