import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where the stage is built to: outside the project, which keeps nothing a test made. */
export const stageFolder = join(tmpdir(), 'cloister-web-stage');
