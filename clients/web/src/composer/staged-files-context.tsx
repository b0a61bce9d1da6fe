import { createContext, type ReactNode, use, useCallback, useMemo, useRef, useState } from 'react';
import { checkFiles } from './pasted-files.ts';

/** A file chosen but not sent. */
export interface StagedFile {
  readonly key: number;
  readonly file: File;
}

interface StagedFiles {
  readonly staged: readonly StagedFile[];
  /** Names of files that were refused for their size, until others are chosen. */
  readonly tooLarge: readonly string[];
  readonly stage: (files: readonly File[]) => void;
  readonly unstage: (key: number) => void;
  readonly clear: () => void;
}

const nothing: StagedFiles = { staged: [], tooLarge: [], stage: () => {}, unstage: () => {}, clear: () => {} };
const StagedFilesContext = createContext<StagedFiles>(nothing);

/** Holds the files that were dropped, pasted or chosen for a room until they are sent. */
export function StagedFilesProvider({ children }: { children: ReactNode }) {
  const [staged, setStaged] = useState<readonly StagedFile[]>([]);
  const [tooLarge, setTooLarge] = useState<readonly string[]>([]);
  const next = useRef(0);
  const stage = useCallback((files: readonly File[]) => {
    const checked = checkFiles(files);
    const added = checked.fitting.map((file) => ({ key: next.current++, file }));
    setStaged((before) => [...before, ...added]);
    setTooLarge(checked.tooLarge);
  }, []);
  const unstage = useCallback((key: number) => {
    setStaged((before) => before.filter((file) => file.key !== key));
  }, []);
  const clear = useCallback(() => {
    setStaged([]);
    setTooLarge([]);
  }, []);
  const value = useMemo(() => ({ staged, tooLarge, stage, unstage, clear }), [staged, tooLarge, stage, unstage, clear]);
  return <StagedFilesContext value={value}>{children}</StagedFilesContext>;
}

export const useStagedFiles = (): StagedFiles => use(StagedFilesContext);
