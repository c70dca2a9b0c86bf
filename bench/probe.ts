/** Loaded into the action before it begins: notes its requests and programs with their times, and what the process has cost. */
import childProcess from 'node:child_process';
import diagnostics from 'node:diagnostics_channel';
import { writeFileSync } from 'node:fs';
import { ClientRequest } from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
import { basename, join } from 'node:path';

interface Span {
  kind: 'aws' | 'cluster' | 'program';
  name: string;
  from: number;
  to?: number;
}

const spans: Span[] = [];

function begin(kind: Span['kind'], name: string): () => void {
  const span: Span = { kind, name, from: performance.now() };
  spans.push(span);
  return () => {
    span.to ??= performance.now();
  };
}

diagnostics.subscribe('http.client.request.start', (message) => {
  if (typeof message !== 'object' || message === null || !('request' in message)) return;
  const { request } = message;
  if (!(request instanceof ClientRequest)) return;
  const kind = 'socketPath' in request && request.socketPath !== undefined ? 'cluster' : 'aws';
  request.once('close', begin(kind, `${request.method} ${request.path.replace(/\?.*/, '')}`));
});

const { spawn } = childProcess;
Object.assign(childProcess, {
  spawn: (file: string, args: string[], options: childProcess.SpawnOptions) => {
    const words = args.filter((arg) => !arg.startsWith('-')).slice(0, 2);
    const from = performance.now();
    // One that could not be started (it is still being written) is no program: it is tried again.
    const child = spawn(file, args, options);
    const span: Span = { kind: 'program', name: [basename(file), ...words].join(' '), from };
    return child
      .once('spawn', () => spans.push(span))
      .once('exit', () => {
        span.to = performance.now();
      });
  },
});
syncBuiltinESMExports();

process.once('exit', () => {
  const whole = performance.now();
  const seen = {
    step: process.argv[1],
    whole,
    peakKb: process.resourceUsage().maxRSS,
    cpu: (process.cpuUsage().user + process.cpuUsage().system) / 1e6,
    spans: spans.map((span) => ({ to: whole, ...span })),
  };
  writeFileSync(join(process.env['BENCH_PROBE'] ?? '', `${process.pid}.json`), JSON.stringify(seen));
});
