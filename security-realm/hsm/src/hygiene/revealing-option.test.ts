import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { revealingOption } from './revealing-option.ts';

describe('options that show a process’s memory', () => {
  it('are found however they are written', () => {
    for (const [option, name] of [
      ['--inspect', '--inspect'],
      ['--inspect=127.0.0.1:0', '--inspect'],
      ['--inspect-brk', '--inspect'],
      ['--inspect_wait', '--inspect'],
      ['--heapsnapshot-signal=SIGUSR2', '--heapsnapshot'],
      ['--heapsnapshot_near_heap_limit=3', '--heapsnapshot'],
      ['--heap-prof', '--heap-prof'],
      ['--abort_on_uncaught_exception', '--abort-on-uncaught-exception'],
      ['--experimental-default-config-file', '--experimental-default-config-file'],
    ] as const) {
      expect(revealingOption([option])).toBe(name);
      expect(revealingOption(['--import', './x.js', option])).toBe(name);
      for (const text of [option, `"${option}"`, `--max-old-space-size=99 ${option}`]) {
        expect(revealingOption([], text)).toBe(name);
      }
    }
  });

  it('are not found where there are none', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^--(?:import|max-old-space-size|cpu-prof)(?:=\w*)?$/)), (options) => {
        expect(revealingOption(options, options.join(' '))).toBeNull();
      }),
      { numRuns: Number(process.env.CLOISTER_RUNS ?? 100) },
    );
  });
});
