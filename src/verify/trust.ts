import type { Finding } from '../model/evidence.ts';
import type { Intent } from '../model/config.ts';
import type { PolicyDocument } from '../model/policy.ts';
import type { World } from '../model/world.ts';
import { accountOf, roleArn } from '../policy/arn.ts';
import {
  admitsPodIdentity,
  admitsWebIdentity,
  providerFor,
  type Admission,
} from '../policy/evaluate-trust.ts';
import { STS_AUDIENCE, subject } from '../policy/trust.ts';
import { elsewhere } from './elsewhere.ts';
import type { Judge } from './verify.ts';

/** Names that nothing has: whoever admits them admits others too. */
const STRANGER = 'spaces-workload-identity-check';
const OTHER_HOST_NAMESPACE = 'mxp-00000000-0000-4000-8000-000000000000-system';

/** What is put to the trust policy in place of the workload. */
interface Visitor {
  readonly namespace: string;
  readonly serviceAccount: string;
  /** IRSA: of the token. */
  readonly audience: string;
  /** Pod Identity: the cluster that EKS speaks for. */
  readonly clusterArn: string;
}

interface Width {
  readonly who: string;
  readonly admission: Admission;
  /** The inputs ask for it, or it can't be otherwise. */
  readonly accepted: boolean;
}

/** The trust policy, evaluated: this service account is admitted; another namespace, account, audience or cluster is not. */
export const trustCheck: Judge = ({ namespace }, intent, world, { proofs }) => {
  const arn = roleArn(intent, world.cluster);
  if (accountOf(arn) !== world.cluster.account) return elsewhere(intent, world, proofs?.get(namespace));
  const { role } = world;
  if (role === undefined) return { status: 'fail', detail: `role ${arn} does not exist` };
  if (role.arn !== arn) return { status: 'fail', detail: `the role of this name is ${role.arn}, not ${arn}` };
  const { serviceAccount, identity } = intent;
  const workload = { namespace, serviceAccount, audience: STS_AUDIENCE, clusterArn: world.cluster.arn };
  const ask = asker(role.trustPolicy, intent, world, namespace);
  const own = ask(workload);
  const who = subject(namespace, serviceAccount);
  if (own.answer === 'refused') {
    const how = own.denied
      ? 'a statement of the trust policy denies it'
      : 'the trust policy does not admit it';
    return { status: 'fail', detail: `${who} by ${MECHANISM[identity]}: ${how}` };
  }
  if (own.answer === 'unknown') return puzzled(`whether ${who} is admitted`, own);
  return widthOf(identity, askAll(ask, workload, intent, world));
};

const HOST_NAMESPACES = 'any host namespace';

const MECHANISM = { irsa: 'IRSA', 'pod-identity': 'EKS Pod Identity' } as const;

type Ask = (visitor: Visitor) => Admission;

function asker(document: PolicyDocument, intent: Intent, world: World, namespace: string): Ask {
  const { cluster } = world;
  if (intent.identity === 'irsa') {
    const issuer = cluster.issuer ?? '';
    const providerArn = providerFor(roleArn(intent, cluster), issuer);
    return (visitor) => admitsWebIdentity(document, { ...visitor, issuer, providerArn });
  }
  const sessionTags = hasTags(world, namespace);
  return (visitor) =>
    admitsPodIdentity(document, {
      ...visitor,
      sessionTags,
      cluster: { ...cluster, arn: visitor.clusterArn },
    });
}

function hasTags(world: World, namespace: string): boolean {
  return world.associations.find((one) => one.namespace === namespace)?.disableSessionTags !== true;
}

/** The role's own inputs may ask for a wide trust; of a role made elsewhere, its makers decide which namespaces it trusts. */
function askAll(ask: Ask, workload: Visitor, intent: Intent, world: World): readonly Width[] {
  const { role, identity } = intent;
  const scope = role.kind === 'owned' ? role.trustScope : 'any-namespace';
  // Without tags, EKS tells the trust policy neither namespace nor service account: the association alone decides.
  const untold = identity === 'pod-identity' && !hasTags(world, workload.namespace);
  const put = (who: string, visitor: Partial<Visitor>, accepted: boolean): Width => ({
    who,
    admission: ask({ ...workload, ...visitor }),
    accepted,
  });
  const elsewhereThan =
    identity === 'irsa'
      ? put('tokens for another audience', { audience: STRANGER }, false)
      : put('another cluster', { clusterArn: `${workload.clusterArn}-${STRANGER}` }, false);
  return [
    put('any namespace', { namespace: STRANGER }, scope === 'any-namespace' || untold),
    put(HOST_NAMESPACES, { namespace: OTHER_HOST_NAMESPACE }, scope !== 'exact' || untold),
    put('another service account', { serviceAccount: STRANGER }, untold),
    elsewhereThan,
  ];
}

function widthOf(identity: Intent['identity'], all: readonly Width[]): Finding {
  const admitted = all.filter((one) => one.admission.answer === 'admitted');
  const refused = all.filter((one) => one.admission.answer === 'refused').map((one) => one.who);
  // The same words for all control planes, so that reports say it once.
  const first = `admits this service account by ${MECHANISM[identity]}`;
  const tooWide = admitted.filter((one) => !one.accepted);
  if (tooWide.length > 0) return { status: 'fail', detail: `${first}, but also ${names(tooWide)}` };
  const unclear = all.find((one) => one.admission.answer === 'unknown');
  if (unclear !== undefined) return puzzled(`whether ${unclear.who} is admitted too`, unclear.admission);
  // Host namespaces alone are what `trust-scope: pattern` is for; more than these deserves a word each time.
  const bounded = admitted.every((one) => one.who === HOST_NAMESPACES);
  const status = bounded ? 'pass' : 'warn';
  if (admitted.length > 0) return { status, detail: `${first}, and with it ${names(admitted)}` };
  return { status: 'pass', detail: `${first}; refuses ${refused.join(', ')}` };
}

/** Who admits any namespace admits the host namespaces too. */
function names(widths: readonly Width[]): string {
  const all = widths.map((one) => one.who);
  return (all.includes('any namespace') ? all.filter((one) => one !== HOST_NAMESPACES) : all).join(', ');
}

function puzzled(what: string, { puzzles }: Admission): Finding {
  return {
    status: 'unknown',
    detail: `${what} could not be told: ${puzzles.join(', ')} can't be evaluated here`,
  };
}
