/** The order in which the changes of a plan are carried out. */
import type { Change, ChangeBy, Outcome } from '../model/change.ts';
import type { Operation } from '../model/write.ts';
import { isBy } from '../resources/change-maker.ts';
import { awaitAnnotations } from './annotations.ts';
import { applyAgent, applyAssociations, applyInIam } from './aws-writes.ts';
import { agentAndAssociations, isBeside } from './beside-agent.ts';
import type { ApplyContext, Stage, Step } from './context.ts';
import { awaitControlPlanes } from './control-planes.ts';
import { asFailure } from '../model/failure.ts';
import { DONE, failed, NOT_ATTEMPTED, together } from './outcomes.ts';
import { restartAll } from './restart-loop.ts';

function stage<O extends Operation>(
  title: string,
  operations: readonly O[],
  apply: (changes: readonly ChangeBy<O>[], context: ApplyContext) => Promise<readonly Outcome[]>,
): Stage {
  const takes = isBy(operations);
  return { title, takes, run: async (changes, context) => await apply(changes.filter(takes), context) };
}

/** One upgrade: all values of the plan, on the version that the plan was made for. */
async function applyChartValues(
  changes: readonly ChangeBy<'set-value' | 'upgrade-anew'>[],
  context: ApplyContext,
): Promise<readonly Outcome[]> {
  const { intent, write } = context;
  const values = changes.map((change) => change.write);
  return await together(changes, context, async () => {
    // Such a plan is blocked: to get here with it is a defect.
    if (values.some(({ deployedVersion }) => deployedVersion === ''))
      throw new Error('values were planned without a release');
    await write.helm.upgrade({ intent: intent.release, values, timeoutSeconds: intent.waitSeconds });
  });
}

async function applyRestarts(
  changes: readonly ChangeBy<'restart'>[],
  context: ApplyContext,
): Promise<readonly Outcome[]> {
  const restarts = changes.map(({ write }) => write);
  try {
    const failures = await restartAll(restarts, context);
    return restarts.map((restart): Outcome => {
      const failure = failures.get(restart);
      return failure === undefined ? DONE : failed(failure, true);
    });
  } catch (error) {
    const failure = asFailure(error, 'restart the controllers');
    // What ended it may have come before the first of them was restarted.
    return restarts.map(({ namespace }) =>
      context.progress.begun.has(namespace) ? failed(failure, true) : { ...NOT_ATTEMPTED, failure },
    );
  }
}

const PROVIDER = ['create-oidc-provider', 'add-audience', 'delete-oidc-provider'] as const;
const ROLE = ['create-role', 'delete-role', 'tag-role'] as const;

const AGENT = stage(
  'Pod Identity agent',
  ['create-add-on'],
  async (changes, context) => await applyAgent(changes, context),
);
const ASSOCIATIONS = stage('Associations', ['create-association', 'update-association'], applyAssociations);

/**
 * What others rest on comes first. An association that has to go leaves only after the annotation has arrived, and the role's
 * trust in a mechanism ends only after the pods have left it: no running pod loses the trust of its role in between. Between the
 * end of an association and the restart a pod can't renew its credentials: so that is done for a few control planes at a time,
 * and a run that is killed leaves no more than those behind.
 */
export const applyOrder: readonly Step[] = [
  stage('OIDC provider', PROVIDER, applyInIam),
  stage('Role', ROLE, applyInIam),
  stage('Permissions boundary', ['put-permissions-boundary'], applyInIam),
  stage('Trust policy', ['put-trust-policy'], applyInIam),
  stage('Access policy', ['put-inline-policy'], applyInIam),
  AGENT,
  ASSOCIATIONS,
  stage('Helm values', ['set-value', 'upgrade-anew'], applyChartValues),
  stage('Annotations', ['await-annotation'], awaitAnnotations),
  {
    inWaves: [
      stage('Associations to remove', ['delete-association'], applyAssociations),
      stage('Restarts', ['restart'], applyRestarts),
    ],
  },
  stage('Access policy, end of the move', ['narrow-inline-policy'], applyInIam),
  stage('Trust policy, end of the move', ['narrow-trust-policy'], applyInIam),
  stage('Control planes that were not ready', ['await-control-plane'], awaitControlPlanes),
];

/** The same order, with the associations of these hosts made while the agent comes up. */
export function applyOrderWith(besideAgent: ReadonlySet<string>): readonly Step[] {
  if (besideAgent.size === 0) return applyOrder;
  const isEarly = isBeside(besideAgent);
  const later = {
    ...ASSOCIATIONS,
    takes: (change: Change) => ASSOCIATIONS.takes(change) && !isEarly(change),
  };
  const others = new Map<Step, Step>([
    [AGENT, agentAndAssociations(besideAgent)],
    [ASSOCIATIONS, later],
  ]);
  return applyOrder.map((step) => others.get(step) ?? step);
}

/** What uses a thing goes before the thing. */
export const removalOrder: readonly Step[] = [
  stage('Helm values', ['set-value', 'upgrade-anew'], applyChartValues),
  stage('Annotations', ['await-annotation'], awaitAnnotations),
  stage('Associations', ['delete-association'], applyAssociations),
  { inWaves: [stage('Restarts', ['restart'], applyRestarts)] },
  stage('Role', ['delete-role'], applyInIam),
  stage('OIDC provider', ['delete-oidc-provider'], applyInIam),
];
