// `npm run test:deep`: the same property and model tests with many more runs.
import { runSuites } from './suites.ts';

process.exit(runSuites({ CLOISTER_RUNS: process.env.CLOISTER_RUNS ?? '5000' }) ? 0 : 1);
