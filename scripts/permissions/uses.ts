/** Which method of the ports each job uses: a job is a mode with an identity. The compiler asks for every new method. */
import { type Identity, IDENTITIES, type Mode, MODES } from '../../src/model/config.ts';
import type {
  AwsReader,
  AwsWriter,
  HelmReader,
  HelmWriter,
  KubernetesReader,
  KubernetesWriter,
} from '../../src/model/ports.ts';
import type { RoleAssumer, TokenSource } from '../../src/model/proof-ports.ts';

export type Job = `${Mode}-${Identity}`;

export const JOBS: readonly Job[] = MODES.flatMap((mode) =>
  IDENTITIES.map((identity): Job => `${mode}-${identity}`),
);

const EVERY = JOBS;
const APPLY: readonly Job[] = ['apply-irsa', 'apply-pod-identity'];
/** Modes that end with the verification. */
const VERIFY: readonly Job[] = [...APPLY, 'check-irsa', 'check-pod-identity'];
const CHECK: readonly Job[] = ['check-irsa', 'check-pod-identity'];
const DESTROY: readonly Job[] = ['destroy-irsa', 'destroy-pod-identity'];

export const AWS_USES: Readonly<
  Record<keyof AwsReader | keyof AwsWriter | keyof RoleAssumer, readonly Job[]>
> = {
  caller: EVERY,
  cluster: EVERY,
  oidcProvider: EVERY,
  role: EVERY,
  trustPolicyQuota: EVERY,
  addOn: EVERY,
  associations: EVERY,
  // What earlier inputs have left behind.
  otherRoles: [...CHECK, ...DESTROY],
  otherAssociations: [...CHECK, ...DESTROY],
  simulate: VERIFY,
  assumeWithWebIdentity: ['apply-irsa', 'check-irsa'],
  assumeForPodIdentity: ['apply-pod-identity', 'check-pod-identity'],
  createOidcProvider: ['apply-irsa'],
  addAudience: ['apply-irsa'],
  createRole: APPLY,
  tagRole: APPLY,
  putPermissionsBoundary: APPLY,
  putTrustPolicy: APPLY,
  putInlinePolicy: APPLY,
  createAddOn: ['apply-pod-identity'],
  createAssociation: ['apply-pod-identity'],
  updateAssociation: ['apply-pod-identity'],
  // With IRSA too: an association wins over the annotation, so it has to go.
  deleteAssociation: [...APPLY, ...DESTROY],
  // With either identity: a Space that moved to Pod Identity may still have the provider of its IRSA days.
  deleteOidcProvider: DESTROY,
  deleteRole: DESTROY,
};

export const KUBERNETES_USES: Readonly<
  Record<keyof KubernetesReader | keyof KubernetesWriter | keyof TokenSource, readonly Job[]>
> = {
  space: EVERY,
  // What nobody reads any more after a `destroy` is not judged there.
  sharedSecrets: EVERY.filter((job) => !DESTROY.includes(job)),
  workloads: EVERY,
  serviceAccounts: [...APPLY, ...DESTROY],
  agentDaemonSet: ['apply-pod-identity'],
  nodes: ['apply-pod-identity', 'check-pod-identity'],
  clusterIdentity: EVERY,
  // What else rests on the cluster's OIDC provider.
  annotatedAccounts: DESTROY,
  // `check` has no policy that would hold it to dry runs: there it is only for jobs that may anyway.
  forecast: APPLY,
  withTokens: VERIFY,
  restart: [...APPLY, ...DESTROY],
  // Where Spaces does not carry it. A job that has to upgrade the release has all rights anyway. `destroy` with Pod Identity
  // may meet an annotation made by hand; the right to patch service accounts is worth more than that, so it names the command.
  annotate: ['apply-irsa', 'destroy-irsa'],
};

export const HELM_USES: Readonly<Record<keyof HelmReader | keyof HelmWriter, readonly Job[]>> = {
  release: EVERY,
  prepare: ['apply-irsa', 'destroy-irsa'],
  // Pod Identity needs no value of the chart, as long as Shared Secrets is on and no annotation of IRSA is left.
  upgrade: ['apply-irsa', 'destroy-irsa'],
};

/** What only `prove-access` asks for: rights that a job without it can do without. */
const PROOFS: ReadonlySet<string> = new Set<keyof RoleAssumer | keyof TokenSource>([
  'assumeWithWebIdentity',
  'assumeForPodIdentity',
  'withTokens',
]);

/** Whether a method of the ports serves `prove-access` alone. */
export function isProof(method: string): boolean {
  return PROOFS.has(method);
}

/** The methods of a table that a job uses. */
export function usedBy<M extends string>(job: Job, uses: Readonly<Record<M, readonly Job[]>>): readonly M[] {
  return methodsOf(uses).filter((method) => uses[method].includes(job));
}

function methodsOf<M extends string>(uses: Readonly<Record<M, unknown>>): readonly M[] {
  return Object.keys(uses).filter((key): key is M => key in uses);
}
