/** Bundles lib/ into dist/: one folder for the main step, one for the post step. */
import { execFileSync } from 'node:child_process';
import { renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

const ncc = createRequire(import.meta.url).resolve('@vercel/ncc/dist/ncc/cli.js');

// Built aside and moved in at the end, so that neither a run of the action nor another build meets half a bundle.
const aside = resolve('lib', `dist-${process.pid}`);
for (const entry of ['main', 'post']) {
  const args = [
    ncc,
    'build',
    join('lib', `${entry}.js`),
    '--out',
    join(aside, entry),
    '--minify',
    '--license',
    'licenses.txt',
    '--no-cache',
  ];
  execFileSync(process.execPath, args, { stdio: 'inherit' });
}
rmSync('dist', { recursive: true, force: true });
renameSync(aside, 'dist');
