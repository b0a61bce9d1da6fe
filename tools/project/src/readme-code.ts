import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { listPackages } from './packages.ts';
import { projectRoot } from './project-root.ts';
import { runStep } from './step.ts';

/** Compiles every ```ts block of every README against the packages as they are, so that no example rots. */
export function compileReadmeCode(): boolean {
  const files: string[] = [];
  for (const { folder } of [...listPackages(), { folder: projectRoot }]) {
    const readme = join(folder, 'README.md');
    const cache = join(folder, 'node_modules', '.cache', 'readme');
    rmSync(cache, { recursive: true, force: true });
    if (!existsSync(readme)) continue;
    const blocks = [...readFileSync(readme, 'utf8').matchAll(/^```ts\n(.*?)^```/gms)];
    for (const [index, block] of blocks.entries()) {
      mkdirSync(cache, { recursive: true });
      const file = join(cache, `example-${index}.ts`);
      writeFileSync(file, `${block[1]}\nexport {};\n`);
      files.push(file);
    }
  }
  const project = join(projectRoot, 'node_modules', '.cache', 'readme-tsconfig.json');
  mkdirSync(join(projectRoot, 'node_modules', '.cache'), { recursive: true });
  const compilerOptions = { noUnusedLocals: false, noUnusedParameters: false, skipLibCheck: true };
  writeFileSync(
    project,
    JSON.stringify({ extends: join(projectRoot, 'tsconfig.json'), compilerOptions, files, exclude: [] }),
  );
  return runStep(`README code (${files.length} examples)`, 'tsc', ['-p', project]);
}
