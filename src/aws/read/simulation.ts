/** Asks IAM what the role may do (`SimulatePrincipalPolicy`). */
import { type EvaluationResult, paginateSimulatePrincipalPolicy } from '@aws-sdk/client-iam';
import type { Decision, SimulatedAnswer, Simulation, SimulationBatch } from '../../model/evidence.ts';
import { Failure, type FailureReason } from '../../model/failure.ts';
import { allItems } from '../client/all-items.ts';
import { isNamed } from '../client/aws-error.ts';
import type { AwsContext } from '../client/request.ts';

const DECISIONS: Readonly<Record<string, Decision>> = {
  allowed: 'allowed',
  explicitDeny: 'explicit-deny',
  implicitDeny: 'implicit-deny',
};

/** IAM compares a key by its type. All others that are asked with are strings. */
const BOOLEAN_KEYS: ReadonlySet<string> = new Set(['aws:SecureTransport']);

/**
 * One call for each batch. That the job may not ask, or that there is no answer, is a result too: throws only when the job is
 * cancelled.
 */
export async function simulate(
  aws: AwsContext,
  roleArn: string,
  batches: readonly SimulationBatch[],
): Promise<Simulation> {
  try {
    const answers = await Promise.all(
      batches.map((batch) => aws.limit(() => simulateBatch(aws, roleArn, batch))),
    );
    return { kind: 'simulated', answers: answers.flat() };
  } catch (error) {
    if (!(error instanceof Failure) || error.reason === 'cancelled') throw error;
    const { said: why, cause } = error.details;
    const kind = WHY_NOT[error.reason] ?? 'unavailable';
    if (kind !== 'unavailable') return { kind, why };
    return { kind, why, ...(isNamed(cause, ...OF_THE_ROLE) && { mayArrive: true as const }) };
  }
}

/** IAM has taken the question, and does not find the role or something that is on it. */
const OF_THE_ROLE = ['NoSuchEntity', 'InvalidInput'];

/** Only a denial means that the job may not ask. */
const WHY_NOT: Readonly<Partial<Record<FailureReason, 'refused' | 'throttled'>>> = {
  'access-denied': 'refused',
  throttled: 'throttled',
};

async function simulateBatch(
  aws: AwsContext,
  roleArn: string,
  batch: SimulationBatch,
): Promise<readonly SimulatedAnswer[]> {
  const call = {
    tried: `simulate the policies of role ${roleArn}`,
    action: 'iam:SimulatePrincipalPolicy',
    on: roleArn,
  };
  const input = {
    PolicySourceArn: roleArn,
    ActionNames: [...batch.actions],
    ResourceArns: [...batch.resources],
    ContextEntries: Object.entries(batch.context).map(([key, value]) => ({
      ContextKeyName: key,
      ContextKeyValues: [value],
      ContextKeyType: BOOLEAN_KEYS.has(key) ? ('boolean' as const) : ('string' as const),
    })),
  };
  const pages = paginateSimulatePrincipalPolicy({ client: aws.clients.iam }, input);
  const results = await allItems(call, pages, (page) => page.EvaluationResults);
  return results.flatMap((result) => answersOf(result, batch));
}

/** The answers by resource. The top-level decision is one for all resources and may name a template instead of a resource. */
function answersOf(result: EvaluationResult, batch: SimulationBatch): readonly SimulatedAnswer[] {
  const { EvalActionName: action = '', EvalDecision, EvalResourceName, ResourceSpecificResults } = result;
  const { context, resources } = batch;
  const specific = ResourceSpecificResults ?? [];
  if (specific.length === 0) {
    const resource = resources.length === 1 ? resources[0] : EvalResourceName;
    const missing = result.MissingContextValues ?? [];
    return [{ action, resource: resource ?? '', context, decision: decisionOf(EvalDecision), missing }];
  }
  return specific.map((answer) => ({
    action,
    resource: answer.EvalResourceName ?? '',
    context,
    decision: decisionOf(answer.EvalResourceDecision),
    missing: answer.MissingContextValues ?? [],
  }));
}

/** An unknown decision counts as no permission. */
function decisionOf(word: string | undefined): Decision {
  return DECISIONS[word ?? ''] ?? 'implicit-deny';
}
