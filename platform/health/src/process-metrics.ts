import { performance } from 'node:perf_hooks';

/** The process's own figures under the names Prometheus' dashboards expect. */
export function processMetrics(): string[] {
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed } = process.memoryUsage();
  const { utilization } = performance.eventLoopUtilization();
  return [
    ...figure('process_cpu_seconds_total', 'counter', 'CPU time spent.', (user + system) / 1e6),
    ...figure('process_resident_memory_bytes', 'gauge', 'Resident memory.', rss),
    ...figure('nodejs_heap_size_used_bytes', 'gauge', 'Used JavaScript heap.', heapUsed),
    ...figure(
      'nodejs_eventloop_utilization',
      'gauge',
      'Share of time the event loop was busy since the start.',
      utilization,
    ),
    ...figure('process_start_time_seconds', 'gauge', 'Start of the process.', performance.timeOrigin / 1000),
  ];
}

function figure(name: string, type: 'counter' | 'gauge', help: string, value: number): string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, `${name} ${value}`];
}
