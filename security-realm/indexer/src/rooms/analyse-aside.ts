import { parentPort } from 'node:worker_threads';
import { analyse, type SearchDocument } from '@cloister/search-terms';

// The other side of analyser.ts. What analysis throws ends this thread, and is told there.
parentPort?.on('message', (document: SearchDocument) => parentPort?.postMessage(analyse(document)));
