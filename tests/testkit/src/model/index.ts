// What tests share that let real code run into a model: things that happen, processes that die, time that stands still, and
// what says that nothing is at work. It knows nothing of what it runs. See tests/two-part and tests/main-keys.
export { Busy } from './busy.ts';
export { Clock } from './clock.ts';
export { Happening } from './happening.ts';
export { Died, Life, never, orUndefined } from './life.ts';
export { openModelTest } from './model-test.ts';
