import { createContext, use } from 'react';
import { Drafts } from './drafts.ts';

const DraftsContext = createContext(new Drafts());

/** Gives everything below the drafts of this person. */
export const DraftsProvider = DraftsContext;

export const useDrafts = (): Drafts => use(DraftsContext);
