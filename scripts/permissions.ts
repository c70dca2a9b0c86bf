/** Writes permissions/ from the calls that the code declares; with `--check`, only says whether the files are true. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { filled } from './markdown.ts';
import { fleetPolicy, iamPolicy } from './permissions/iam.ts';
import { permissionsYaml } from './permissions/manifests.ts';
import { matrix } from './permissions/matrix.ts';
import { JOBS } from './permissions/uses.ts';

const text = (policy: object): string => `${JSON.stringify(policy, null, 2)}\n`;

const files = new Map([['permissions/iam/fleet.json', text(fleetPolicy())]]);
for (const job of JOBS) {
  files.set(`permissions/iam/${job}.json`, text(iamPolicy(job)));
  files.set(`permissions/rbac/${job}.yaml`, permissionsYaml(job));
}

const page = 'docs/permissions.md';
files.set(page, filled(page, readFileSync(page, 'utf8'), { matrix: matrix() }));

const folders = ['permissions/iam', 'permissions/rbac'];
for (const folder of folders) mkdirSync(folder, { recursive: true });
const existing = [
  page,
  ...folders.flatMap((folder) => readdirSync(folder).map((name) => `${folder}/${name}`)),
];
const surplus = existing.filter((path) => !files.has(path));
if (surplus.length > 0) throw new Error(`Not made by scripts/permissions.ts: ${surplus.join(', ')}`);

if (process.argv.includes('--check')) {
  const stale = [...files].filter(
    ([path, made]) => !existing.includes(path) || readFileSync(path, 'utf8') !== made,
  );
  if (stale.length > 0)
    throw new Error(
      `Not what the code declares: ${stale.map(([path]) => path).join(', ')}. Run \`npm run docs\`.`,
    );
} else for (const [path, made] of files) writeFileSync(path, made);
