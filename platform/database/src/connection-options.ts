import { readFileSync } from 'node:fs';
import { readCredential } from '@cloister/config';
import { CloisterError } from '@cloister/wire';
import type { ClientConfig } from 'pg';
import type { DatabaseConfig } from './database-config.ts';

/** Where to connect and as whom. @throws CloisterError `config/…` */
export function connectionOptions(config: DatabaseConfig): ClientConfig {
  const place = config.url === undefined ? fromParts(config) : fromUrl(config.url);
  const { credentialFile, rootCertificate } = config;
  return {
    ...place,
    // A function, so that a password changed on disk is used by the next connection.
    ...(credentialFile === undefined ? {} : { password: () => readCredential(credentialFile).toString('utf8') }),
    ...(rootCertificate === undefined ? {} : { ssl: { ca: readFileSync(rootCertificate), minVersion: 'TLSv1.2' } }),
  };
}

function fromUrl(text: string): ClientConfig {
  const url = URL.parse(text);
  if (url === null || !/^postgres(ql)?:$/.test(url.protocol)) {
    throw new CloisterError('config/invalid', { detail: 'database.url must start with postgresql://' });
  }
  if (url.password !== '' || url.searchParams.has('password')) {
    throw new CloisterError('config/insecure', {
      detail: 'database.url holds a password; put it into a file of mode 0600 and name that in database.credentialFile',
    });
  }
  return {
    host: url.searchParams.get('host') ?? decodeURIComponent(url.hostname),
    ...(url.port === '' ? {} : { port: Number(url.port) }),
    database: decodeURIComponent(url.pathname.slice(1)),
    user: decodeURIComponent(url.username),
  };
}

function fromParts({ host, port, database, user }: DatabaseConfig): ClientConfig {
  if (host === undefined || database === undefined || user === undefined) {
    throw new CloisterError('config/invalid', { detail: 'database needs url, or host, database and user' });
  }
  return { host, database, user, ...(port === undefined ? {} : { port }) };
}
