import { buildWeb } from './build-web.ts';

process.exitCode = await buildWeb((line) => process.stdout.write(`${line}\n`));
