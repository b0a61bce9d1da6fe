import { createContext } from 'react';

/** The position of the entry that the address names, which is marked. */
export const TargetContext = createContext<number | undefined>(undefined);
