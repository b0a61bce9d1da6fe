import type { OutsideManagement } from '@cloister/sdk';
import { createContext, use } from 'react';

const OutsideManagementContext = createContext<OutsideManagement | undefined>(undefined);

/** Gives the page below another management than the client's own, to look at it without a key server. */
export const OutsideManagementProvider = OutsideManagementContext;

/** The management that was given, if one was. */
export const useGivenOutsideManagement = (): OutsideManagement | undefined => use(OutsideManagementContext);
