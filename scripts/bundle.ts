/** Bundles lib/ into dist/: one folder for the main step, one for the post step. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';

const ncc = createRequire(import.meta.url).resolve('@vercel/ncc/dist/ncc/cli.js');

// Built aside and moved in at the end, so that a run of the action never meets half a bundle.
const aside = mkdtempSync('.dist-');
for (const entry of ['main', 'post']) {
  const args = [
    ncc,
    'build',
    `lib/${entry}.js`,
    '--out',
    `dist/${entry}`,
    '--minify',
    '--license',
    'licenses.txt',
    '--no-cache',
  ];
  execFileSync(process.execPath, args, { stdio: 'inherit' });
}
rmSync('dist', { recursive: true, force: true });
renameSync(aside, 'dist');
