import { createContext, type ReactNode, use, useCallback, useMemo, useRef, useState } from 'react';
import { type CheckedFiles, checkFiles } from './pasted-files.ts';

/** A file chosen but not sent. */
export interface StagedFile {
  readonly key: number;
  readonly file: File;
}

interface StagedFiles {
  readonly staged: readonly StagedFile[];
  /** What was refused the last time files were chosen. */
  readonly refused: Pick<CheckedFiles, 'tooLarge' | 'tooMany'>;
  readonly stage: (files: readonly File[]) => void;
  readonly unstage: (key: number) => void;
  readonly clear: () => void;
}

const nothingRefused = { tooLarge: [], tooMany: false };
const nothing: StagedFiles = {
  staged: [],
  refused: nothingRefused,
  stage: () => {},
  unstage: () => {},
  clear: () => {},
};
const StagedFilesContext = createContext<StagedFiles>(nothing);

/** Holds the files that were dropped, pasted or chosen for a room until they are sent. */
export function StagedFilesProvider({ children }: { children: ReactNode }) {
  const [staged, setStaged] = useState<readonly StagedFile[]>([]);
  const [refused, setRefused] = useState<StagedFiles['refused']>(nothingRefused);
  const next = useRef(0);
  const count = staged.length;
  const stage = useCallback(
    (files: readonly File[]) => {
      const checked = checkFiles(files, count);
      const added = checked.fitting.map((file) => ({ key: next.current++, file }));
      setStaged((before) => [...before, ...added]);
      setRefused(checked);
    },
    [count],
  );
  const unstage = useCallback((key: number) => {
    setStaged((before) => before.filter((file) => file.key !== key));
  }, []);
  const clear = useCallback(() => {
    setStaged([]);
    setRefused(nothingRefused);
  }, []);
  const value = useMemo(() => ({ staged, refused, stage, unstage, clear }), [staged, refused, stage, unstage, clear]);
  return <StagedFilesContext value={value}>{children}</StagedFilesContext>;
}

export const useStagedFiles = (): StagedFiles => use(StagedFilesContext);
