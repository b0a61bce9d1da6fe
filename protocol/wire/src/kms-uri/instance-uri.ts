import * as z from 'zod/mini';
import { CloisterError } from '../errors/cloister-error.ts';
import type { Branded, Uuid } from '../ids.ts';
import { isUuid } from '../ids.ts';
import { isKmsHost, type KmsHost } from './kms-host.ts';

/** `kms://host/keys/<id>` */
export type KeyUri = Branded<'KeyUri'>;
/** `kms://host/resources/<id>` */
export type ResourceUri = Branded<'ResourceUri'>;
/** `kms://host/authorizations/<id>` */
export type AuthorizationUri = Branded<'AuthorizationUri'>;
/** `kms://host/kek/<id>`: what wraps an organisation's content keys. */
export type KekUri = Branded<'KekUri'>;
/** `kms://host/cmk/<id>`: what wraps those. */
export type MasterKeyUri = Branded<'MasterKeyUri'>;
/** `kms://host/ecdhe/<id>`: the secure channel between a client and its key server. */
export type ChannelUri = Branded<'ChannelUri'>;

interface InstanceUris {
  readonly keys: KeyUri;
  readonly resources: ResourceUri;
  readonly authorizations: AuthorizationUri;
  readonly ecdhe: ChannelUri;
  readonly kek: KekUri;
  readonly cmk: MasterKeyUri;
}

/** Collections whose objects other messages name by an absolute address. */
export type InstanceCollection = keyof InstanceUris;

/** The absolute address of an object. */
export const instanceUri = <C extends InstanceCollection>(host: KmsHost, collection: C, id: Uuid): InstanceUris[C] =>
  `kms://${host}/${collection}/${id}` as InstanceUris[C];

/** The host and the id in an absolute address of that collection, or null when the value is anything else. */
export const splitInstanceUri = (
  value: unknown,
  collection: InstanceCollection,
): { host: KmsHost; id: Uuid } | null => {
  if (typeof value !== 'string' || !value.startsWith('kms://')) return null;
  const [host, kind, id, ...rest] = value.slice('kms://'.length).split('/');
  return isKmsHost(host) && kind === collection && isUuid(id) && rest.length === 0 ? { host, id: id as Uuid } : null;
};

/** @throws CloisterError `wire/invalid-uri` */
export const parseInstanceUri = <C extends InstanceCollection>(value: unknown, collection: C): InstanceUris[C] => {
  if (splitInstanceUri(value, collection) === null) throw new CloisterError('wire/invalid-uri');
  return value as InstanceUris[C];
};

/** The key server that an absolute address names. */
export const hostOf = (uri: InstanceUris[InstanceCollection]): KmsHost => uri.split('/')[2] as KmsHost;

/** The id in an absolute address. */
export const idOf = (uri: InstanceUris[InstanceCollection]): Uuid => uri.split('/')[4] as Uuid;

/** The schema of an absolute address: `instanceUriOf('keys')`. */
export const instanceUriOf = <C extends InstanceCollection>(collection: C) =>
  z.custom<InstanceUris[C]>((value) => splitInstanceUri(value, collection) !== null);
