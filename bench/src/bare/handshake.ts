import {
  constants,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  privateDecrypt,
  publicEncrypt,
  randomBytes,
  sign,
} from 'node:crypto';

/** RSA-3072 OAEP decrypt, PS256 sign, P-256 key and agreement, HKDF: nothing else. Keys are key objects, the fastest form. */
export function bareHandshake(): () => void {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 3072 });
  const client = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const oaep = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' };
  const sealed = publicEncrypt({ key: rsa.publicKey, ...oaep }, randomBytes(32));
  const answer = randomBytes(500);
  const pss = { key: rsa.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
  return () => {
    privateDecrypt({ key: rsa.privateKey, ...oaep }, sealed);
    const mine = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const secret = diffieHellman({ privateKey: mine.privateKey, publicKey: client.publicKey });
    hkdfSync('sha256', secret, '', '', 32);
    sign('sha256', answer, pss);
  };
}
