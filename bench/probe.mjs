/** Loaded into the action before it begins: notes its requests and programs with their times, and what the process has cost. */
import childProcess from 'node:child_process';
import diagnostics from 'node:diagnostics_channel';
import { writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { basename, join } from 'node:path';

const spans = [];
const begin = (kind, name) => {
  const span = { kind, name, from: performance.now() };
  spans.push(span);
  return span;
};
const end = (span) => {
  if (span !== undefined) span.to ??= performance.now();
};

const requests = new WeakMap();
diagnostics.subscribe('http.client.request.start', ({ request }) => {
  const kind = request.socketPath === undefined ? 'aws' : 'cluster';
  const span = begin(kind, `${request.method} ${request.path.replace(/\?.*/, '')}`);
  requests.set(request, span);
  request.once('close', () => end(span));
});

const { spawn } = childProcess;
childProcess.spawn = (file, ...rest) => {
  const args = Array.isArray(rest[0]) ? rest[0] : [];
  const span = begin(
    'program',
    [basename(file), ...args.filter((arg) => !arg.startsWith('-')).slice(0, 2)].join(' '),
  );
  const child = spawn(file, ...rest);
  child.once('exit', () => end(span));
  return child;
};
syncBuiltinESMExports();

process.once('exit', () => {
  const { maxRSS } = process.resourceUsage();
  const whole = performance.now();
  const seen = {
    step: process.argv[1],
    whole,
    peakKb: maxRSS,
    spans: spans.map((span) => ({ to: whole, ...span })),
  };
  writeFileSync(join(process.env.BENCH_PROBE, `${process.pid}.json`), JSON.stringify(seen));
});
