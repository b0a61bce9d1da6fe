import type { KeyManagement } from '@cloister/sdk';
import { createContext, use } from 'react';

const KeyManagementContext = createContext<KeyManagement | undefined>(undefined);

/** Gives the pages below another key management than the client's own, to look at them without a key server. */
export const KeyManagementProvider = KeyManagementContext;

/** The key management that was given, if one was. */
export const useGivenKeyManagement = (): KeyManagement | undefined => use(KeyManagementContext);
