import { idOf, type MasterKeyView } from '@cloister/wire';

/** A key's id without the address of its key server. */
export const keyId = (uri: MasterKeyView['uri']): string => idOf(uri);

/** What people call a key by, and type before they do something dangerous to it. */
export const shortKeyId = (uri: MasterKeyView['uri']): string => keyId(uri).slice(0, 8);

/** The element id of a key's menu button. */
export const keyMenuId = (uri: MasterKeyView['uri']): string => `menu-of-${keyId(uri)}`;
