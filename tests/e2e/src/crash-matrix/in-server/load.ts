// What a server of the matrix loads before its own program (`node --import`): its modules named in `points.ts` are replaced by
// others that export the same, with steps in between. Production code knows nothing of it.
import { registerHooks } from 'node:module';
import { openGate } from './gate.ts';
import { points } from './points.ts';

const { searchParams } = new URL(import.meta.url);
const parameter = (name: string): string => {
  const value = searchParams.get(name);
  if (value === null) throw new Error(`the failpoints were loaded without ?${name}=`);
  return value;
};

const mark = '?with-steps';
const server = parameter('server');
const gate = await openGate(parameter('socket'), server, Number(parameter('patience')));

const pointOf = (url: string) => Object.keys(points).find((path) => url.endsWith(`/${path}`));

registerHooks({
  resolve: (specifier, context, next) => {
    const found = next(specifier, context);
    const original = context.parentURL?.endsWith(mark) === true;
    return original || pointOf(found.url) === undefined ? found : { ...found, url: `${found.url}${mark}` };
  },
  load: (url, context, next) => {
    if (!url.endsWith(mark)) return next(url, context);
    const real = url.slice(0, -mark.length);
    const path = pointOf(real) ?? '';
    return {
      format: 'module',
      shortCircuit: true,
      source: facade(real, path, Object.keys(points[path]?.exports ?? {})),
    };
  },
});

const facade = (real: string, path: string, names: readonly string[]): string =>
  [
    `import * as real from ${JSON.stringify(real)};`,
    `const wrap = globalThis[Symbol.for('cloister.crash-matrix')];`,
    `export * from ${JSON.stringify(real)};`,
    ...names.map((name) => `export const ${name} = wrap(${JSON.stringify(path)}, '${name}', real.${name});`),
    `wrap(${JSON.stringify(path)}, null, real);`,
  ].join('\n');

Reflect.set(globalThis, Symbol.for('cloister.crash-matrix'), (path: string, name: string | null, real: unknown) => {
  const point = points[path];
  if (point === undefined) throw new Error(`no steps are known in ${path}`);
  if (name === null) return point.patch?.(real as Record<string, never>, gate);
  if (typeof real !== 'function')
    throw new Error(`${path} does not export ${name} any more: the matrix has lost its steps`);
  return point.exports?.[name]?.(real as (...args: never[]) => unknown, gate);
});
