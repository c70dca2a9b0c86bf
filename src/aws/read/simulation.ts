import { SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam';
import type { EvaluationResult } from '@aws-sdk/client-iam';
import type { Decision, SimulatedAnswer, Simulation, SimulationBatch } from '../../model/evidence.ts';
import { Failure } from '../../model/failure.ts';
import type { AwsContext } from '../client/context.ts';
import { pages, request } from '../client/request.ts';

const DECISIONS: Readonly<Record<string, Decision>> = {
  allowed: 'allowed',
  explicitDeny: 'explicit-deny',
  implicitDeny: 'implicit-deny',
};

/** Asks IAM what the role may do. Refused or out of reach is an answer too; only a cancelled job throws. */
export async function simulate(
  aws: AwsContext,
  roleArn: string,
  batches: readonly SimulationBatch[],
): Promise<Simulation> {
  try {
    const answers = await Promise.all(batches.map((batch) => aws.limit(() => ask(aws, roleArn, batch))));
    return { kind: 'simulated', answers: answers.flat() };
  } catch (error) {
    if (!(error instanceof Failure) || error.reason === 'cancelled') throw error;
    const passing = error.reason === 'throttled' || error.reason === 'timed-out';
    const kind = passing ? 'unavailable' : 'refused';
    return { kind, why: error.details.said };
  }
}

async function ask(
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
      ContextKeyType: 'string' as const,
    })),
  };
  const results = await request(call, () =>
    pages(
      (Marker) => aws.clients.iam.send(new SimulatePrincipalPolicyCommand({ ...input, Marker })),
      (page) => page.EvaluationResults,
      (page) => (page.IsTruncated === true ? page.Marker : undefined),
    ),
  );
  return results.flatMap((result) => answersOf(result, batch));
}

/** The answers by resource: what stands at the top is one for all, under a template in place of the resource's name. */
function answersOf(result: EvaluationResult, batch: SimulationBatch): readonly SimulatedAnswer[] {
  const { EvalActionName: action = '', EvalDecision, EvalResourceName, ResourceSpecificResults } = result;
  const { context, resources } = batch;
  const specific = ResourceSpecificResults ?? [];
  if (specific.length === 0) {
    const resource = resources.length === 1 ? resources[0] : EvalResourceName;
    const missing = result.MissingContextValues ?? [];
    return [{ action, resource: resource ?? '', context, decision: decisionOf(EvalDecision), missing }];
  }
  return specific.map((one) => ({
    action,
    resource: one.EvalResourceName ?? '',
    context,
    decision: decisionOf(one.EvalResourceDecision),
    missing: one.MissingContextValues ?? [],
  }));
}

/** A word that IAM does not have today is no permission. */
function decisionOf(word: string | undefined): Decision {
  return DECISIONS[word ?? ''] ?? 'implicit-deny';
}
