/** What the Kubernetes files say of themselves to whoever applies them. */
import { GROUP } from './admission.ts';
import type { Part } from './rbac.ts';
import type { Job } from './uses.ts';

const UPGRADES = [
  "THESE ARE ALL RIGHTS IN THE CLUSTER: whoever has the job's role is its administrator, and no policy can hold him. The job",
  'upgrades the Helm release of Spaces: Helm applies every object of the chart, cluster roles among them, and Kubernetes lets',
  'nobody grant what he does not have.',
];

const NOT_WITH_ALL_RIGHTS = [
  'The policies hold every member of the group, whatever other rights he has: an upgrade of the release by the same group is',
  `refused while they are there. Give the job that upgrades a group of its own, or take this file away first (kubectl delete).`,
];

const WHAT: Readonly<Record<Job, readonly string[]>> = {
  'plan-irsa': ['It reads, and can change nothing.'],
  'plan-pod-identity': ['It reads, and can change nothing.'],
  'check-irsa': ['It reads, and takes tokens for `prove-access`.'],
  'check-pod-identity': ['It reads, and takes tokens for `prove-access`.'],
  'apply-irsa': [...UPGRADES, 'With `annotate: none` apply-pod-identity.yaml is enough.'],
  'destroy-irsa': [...UPGRADES, 'With `annotate: none` destroy-pod-identity.yaml is enough.'],
  'apply-pod-identity': [
    'It reads, restarts Deployments, tries new pods in dry runs (`create` of pods: leave it out, and `injection-forecast` is',
    'left out), and takes tokens for `prove-access`. Not enough where the Helm release has to change: to switch Shared Secrets on, to set pod labels, to take the annotation of IRSA out. Use apply-irsa.yaml for that one run, or',
    'set the values yourself.',
    ...NOT_WITH_ALL_RIGHTS,
  ],
  'destroy-pod-identity': [
    'It reads, and restarts Deployments. Not enough where an annotation of IRSA is left in the values, or on a service account that',
    'somebody has edited, which Spaces leaves alone: take it off by hand, or use destroy-irsa.yaml then.',
    ...NOT_WITH_ALL_RIGHTS,
  ],
};

/** The head of the file: what it is, whom it is for, how it is used, what it comes to. */
export function headOf(job: Job): readonly string[] {
  const [mode = ''] = job.split('-');
  return [
    'Made by `npm run docs` from the calls that the code declares.',
    '',
    `Rights in the cluster for the mode \`${mode}\` with \`identity: ${job.slice(mode.length + 1)}\`, given to the group ${GROUP}, which`,
    "the access entry of the job's role names:",
    '',
    `  kubectl apply -f ${job}.yaml`,
    '',
    ...WHAT[job],
    '',
    `Another group: sed 's/${GROUP}/NAME/g'. Another namespace of Spaces than upbound-system: change it below.`,
    'What each right comes to in the hands of an attacker: docs/permissions.md.',
  ];
}

export const POLICY_COMMENTS = {
  restarts: [
    "Holds the group to restarts: RBAC can't say which part of a Deployment may be patched, and who may patch all of it can run",
    'any image as any service account. Holds it to dry runs of pods besides, in which nothing is made. Keep it: without it, this file',
    'comes close to all rights in the cluster. Kubernetes 1.30.',
  ],
  tokens: [
    'For `prove-access` only. Holds the group to tokens that AWS takes and the cluster does not: with one for the cluster, the job',
    'could act there as these service accounts.',
  ],
} as const;

const NONE: readonly string[] = [];

/** What stands above a part of the rights. */
export const PART_COMMENTS: Readonly<Record<Part, (job: Job) => readonly string[]>> = {
  base: () => NONE,
  release: (job) => [
    "Helm's records are Secrets, with every value of the Space in them. RBAC can't tell them from the other Secrets of the",
    'namespace: this reads them all.',
    job.endsWith('-irsa')
      ? 'Needed, but with `annotate: none` you may leave it out.'
      : 'You may leave it out: the values of the release are then not looked at, and a warning says so.',
  ],
  proof: (job) => [
    "For `prove-access` only: LEAVE IT OUT IF YOU DON'T USE THAT. Whoever may take these tokens may take the role's place in AWS",
    'and read all that it may read. With another `service-account`, change its name.',
    ...(job === 'apply-irsa'
      ? ['The rights above include it. It stands here for whoever narrows them.']
      : NONE),
  ],
};
