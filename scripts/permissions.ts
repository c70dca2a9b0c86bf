/** Writes permissions/ from the calls that the code declares; with `--check`, only says whether the files are true. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { filled } from './markdown.ts';
import { iamPolicy } from './permissions/iam.ts';
import { matrix } from './permissions/matrix.ts';
import { rbacYaml } from './permissions/rbac.ts';
import { type Job, JOBS } from './permissions/uses.ts';

const GENERATED = 'Made by `npm run docs` from the calls that the code declares. See docs/permissions.md.';

const UPGRADES = [
  'These are all rights in the cluster, on purpose and without disguise: this job upgrades the Helm release of Spaces.',
  'Helm applies every object of the chart, cluster roles among them, and Kubernetes lets nobody grant what he does not have.',
];

const RECORDS = 'The Secrets of upbound-system hold Helm’s records, with every value of the Space.';
const OPTIONAL_RECORDS =
  'The rule on Secrets may be left out: the values of the Helm release are then not looked at.';
const TOKENS =
  'The rule on serviceaccounts/token is for `prove-access` only. Who has it may speak for these accounts: leave it out without.';

const COMMENTS: Readonly<Record<Job, readonly string[]>> = {
  'plan-irsa': [`Reads only. ${RECORDS}`],
  'plan-pod-identity': [`Reads only. ${OPTIONAL_RECORDS}`],
  'check-irsa': [`Reads. ${RECORDS}`, TOKENS],
  'check-pod-identity': [`Reads. ${OPTIONAL_RECORDS}`, TOKENS],
  'apply-irsa': [...UPGRADES, 'With `annotate: none` apply-pod-identity.yaml is enough.'],
  'destroy-irsa': [...UPGRADES, 'With `annotate: none` destroy-pod-identity.yaml is enough.'],
  'apply-pod-identity': [
    'Reads, and restarts of Deployments. Not enough where the Helm release has to change: to switch Shared Secrets on, to set',
    'pod labels, to take the annotation of IRSA out. Use apply-irsa.yaml for that one run, or set the values yourself.',
    TOKENS,
  ],
  'destroy-pod-identity': [
    'Reads, and restarts of Deployments. Not enough where an annotation of IRSA is left in the values: use destroy-irsa.yaml then.',
  ],
};

const files = new Map<string, string>();
for (const job of JOBS) {
  files.set(`permissions/iam/${job}.json`, `${JSON.stringify(iamPolicy(job), null, 2)}\n`);
  files.set(`permissions/rbac/${job}.yaml`, rbacYaml(job, [GENERATED, ...COMMENTS[job]]));
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
    ([path, text]) => !existing.includes(path) || readFileSync(path, 'utf8') !== text,
  );
  if (stale.length > 0)
    throw new Error(
      `Not what the code declares: ${stale.map(([path]) => path).join(', ')}. Run \`npm run docs\`.`,
    );
} else for (const [path, text] of files) writeFileSync(path, text);
