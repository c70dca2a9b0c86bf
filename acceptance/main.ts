/** `npm run acceptance`: the built action against the real AWS, from nothing to nothing. docs/acceptance.md tells all about it. */
import { appendFile } from 'node:fs/promises';
import { type Options, readArguments, USAGE } from './arguments.ts';
import { reportOf } from './frame/report.ts';
import { STEPS } from './frame/steps.ts';
import { realPorts } from './real/ports.ts';
import { removeAll } from './remove.ts';
import { runAcceptance } from './run.ts';
import { createRunContext } from './start.ts';
import type { RunContext } from './run-context.ts';

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** Seconds since the start before each line. */
function logger(): (line: string) => void {
  const start = performance.now();
  return (line) => {
    say(`${((performance.now() - start) / 1000).toFixed(0).padStart(5)} s  ${line}`);
  };
}

/** GitHub takes it out of a job's log, which others may read. */
function mask(text: string): void {
  if (process.env['GITHUB_ACTIONS'] === 'true') say(`::add-mask::${text}`);
}

/** Aborts with the first signal. A second one does not end the clean-up: it says what that is about. */
function abortOnSignals(log: (line: string) => void): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const)
    process.on(name, () => {
      log(`${name}: removing what was made; what can't be removed is listed, with its command`);
      controller.abort();
    });
  return controller.signal;
}

async function remove(runContext: RunContext): Promise<number> {
  const left = await removeAll(runContext);
  for (const { what, why, byHand } of left) say(`still there: ${what} (${why})\n  ${byHand}`);
  if (left.length === 0) say('nothing is left');
  return left.length === 0 ? 0 : 1;
}

async function run(runContext: RunContext, options: Options): Promise<number> {
  for (const line of runContext.ports.cluster.announcement) say(`makes ${line}`);
  for (const { name, does, undone } of STEPS) say(`step ${name}: ${does}. Undone: ${undone}.`);
  const result = await runAcceptance(runContext, { keep: options.keep, scenes: options.scenes });
  const text = reportOf(result, (value) => runContext.recorder.clean(value));
  say(text);
  const summary = process.env['GITHUB_STEP_SUMMARY'];
  if (summary !== undefined) await appendFile(summary, String(runContext.recorder.clean(text)));
  const isWell = result.failure === undefined && result.problems.length === 0;
  return isWell && (options.keep || result.left.length === 0) ? 0 : 1;
}

async function main(): Promise<number> {
  let options: Options;
  try {
    options = readArguments(process.argv.slice(2));
  } catch (error) {
    say(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return 2;
  }
  const log = logger();
  const signal = abortOnSignals(log);
  const { ports, dispose } = await realPorts(options, { signal, log, env: process.env });
  try {
    const runContext = createRunContext({
      ports,
      clusterName: options.cluster,
      signal,
      log,
      mask,
      ...(options.record !== undefined && { record: options.record }),
    });
    return await (options.remove ? remove(runContext) : run(runContext, options));
  } finally {
    await dispose();
  }
}

process.exitCode = await main();
