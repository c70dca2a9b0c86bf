/** Bundles lib/ into dist/: a folder for each step. With `--stats`, says what weighs what in that of the main step instead. */
import { execFileSync } from 'node:child_process';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { minify } from '@swc/core';
import { withCallHints } from './call-hints.ts';
import { weigh, weightTable } from './weigh.ts';

const ncc = createRequire(import.meta.url).resolve('@vercel/ncc/dist/ncc/cli.js');
const STATS = ['--source-map', '--no-source-map-register'];

/**
 * ncc shortens names and leaves the code as it is; this takes out what is never reached. Names of classes and functions stay: the
 * SDK tells errors by them, and a stack is read by them.
 */
async function shorten(file: string): Promise<void> {
  const names = { keep_classnames: true, keep_fnames: true };
  const { code } = await minify(readFileSync(file, 'utf8'), {
    module: true,
    compress: { passes: 2, ...names },
    mangle: names,
    format: { comments: false },
  });
  writeFileSync(file, withCallHints(code));
}

function bundle(entry: string, out: string, more: readonly string[] = []): void {
  const args = ['build', join('lib', `${entry}.js`), '--out', join(out, entry), '--minify', '--no-cache'];
  execFileSync(process.execPath, [ncc, ...args, '--license', 'licenses.txt', ...more], { stdio: 'inherit' });
}

// Built aside and moved in at the end, so that neither a run of the action nor another build meets half a bundle.
const aside = resolve('lib', `dist-${process.pid}`);
if (process.argv.includes('--stats')) {
  bundle('main', aside, STATS);
  console.log(weightTable(weigh(join(aside, 'main'))));
  rmSync(aside, { recursive: true });
} else {
  for (const entry of ['main', 'post', 'fleet', 'fleet-report']) {
    bundle(entry, aside);
    await shorten(join(aside, entry, 'index.js'));
  }
  rmSync('dist', { recursive: true, force: true });
  renameSync(aside, 'dist');
}
