import { CloisterError } from '@cloister/wire';
import { checkTlsCertificate } from '../profile/check-tls-certificate.ts';
import { signedPartOf, writeCertificate } from './certificate-draft.ts';
import type { Bytes } from './der-writer.ts';
import { OpensslVerify } from './openssl-verify.ts';
import { HOST, type Scene } from './scene.ts';

/** Who accepts. */
export interface Verdicts {
  readonly we: boolean;
  readonly openssl: boolean;
}

/** The profile and OpenSSL, asked the same. */
export class TwoJudges {
  readonly #openssl = new OpensslVerify();

  async judge(scene: Scene): Promise<Verdicts> {
    const [verdicts] = await this.judgeAll([scene]);
    return verdicts as Verdicts;
  }

  /** One verdict a scene, in order. Scenes that ask the same of the same roots share their roots and a process. */
  async judgeAll(scenes: readonly Scene[]): Promise<readonly Verdicts[]> {
    const verdicts = new Map<Scene, Verdicts>();
    for (const group of Map.groupBy(scenes, questionOf).values()) {
      const [first] = group as [Scene];
      const roots = acceptedIn(first).map((root) => writeCertificate(root));
      const certificates = group.map(({ leaf }) => writeCertificate(leaf));
      const openssl = await this.opensslAccepts(first, certificates, roots);
      for (const [index, certificate] of certificates.entries()) {
        const we = await weAccept(first, certificate, roots);
        verdicts.set(group[index] as Scene, { we, openssl: openssl[index] ?? false });
      }
    }
    return scenes.map((scene) => verdicts.get(scene) as Verdicts);
  }

  opensslAccepts({ purpose, now }: Scene, certificates: readonly Bytes[], roots: readonly Bytes[]): Promise<boolean[]> {
    return this.#openssl.accepts(certificates, { roots, name: HOST, purpose, now });
  }

  remove(): void {
    this.#openssl.remove();
  }
}

export const acceptedIn = ({ before, root, isRootAccepted }: Scene) => [...before, ...(isRootAccepted ? [root] : [])];

const questionOf = (scene: Scene): string => {
  const roots = acceptedIn(scene).map((root) => [
    root.changeSignature,
    Buffer.from(signedPartOf(root)).toString('hex'),
  ]);
  return JSON.stringify([scene.purpose, scene.now, roots.map(String)]);
};

/** @throws what is no refusal with a code of certificates */
export const weAccept = ({ purpose, now }: Scene, certificate: Bytes, roots: readonly Bytes[]): Promise<boolean> =>
  checkTlsCertificate({ certificate, names: [HOST], purpose, roots, now: now * 1000 }).then(
    () => true,
    (error) => {
      if (error instanceof CloisterError && error.code.startsWith('certs/')) return false;
      throw error;
    },
  );
