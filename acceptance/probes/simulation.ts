/** What IAM's simulator takes and tells. */
import { type EvaluationResult, SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam';
import { isRefusal, refusalOf, refusalText } from '../frame/refusal.ts';
import { until, waitedText } from '../frame/until.ts';
import { makeRole, putPolicy, trustInThisRun } from '../make/roles.ts';
import type { ProbeContext } from './probe-context.ts';

const TAG = 'aws:PrincipalTag/kubernetes-namespace';
const BOUND_MS = 90_000;

interface Question {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly namespace?: string;
}

export async function seeSimulation(probeContext: ProbeContext): Promise<void> {
  const { place } = probeContext;
  const { names, facts, recorder, account, partition, ports } = place;
  const secret = `arn:${partition}:secretsmanager:${ports.region}:${account}:secret:${names.secrets}x-AbCdEf`;
  const parameter = `arn:${partition}:ssm:${ports.region}:${account}:parameter${names.parameters}x`;
  const arn = await makeRole(place, 'simulated', trustInThisRun(place));
  await putPolicy(place.aws.iam, names.role('simulated'), simulatedPolicy(secret, parameter));
  const ask = (question: Question) => simulate(probeContext, arn, question);
  const readsParameter = { actions: ['ssm:GetParameter'], resources: [parameter] };
  const waited = await until({
    boundMs: BOUND_MS,
    signal: place.signal,
    attempt: () => ask(readsParameter),
    isIt: ([one]) => one?.EvalDecision === 'allowed',
  });
  facts.see('policy-seen-by-simulation', waited.afterMs !== undefined, waitedText(waited, BOUND_MS));

  const both = {
    actions: ['secretsmanager:GetSecretValue', 'ssm:GetParameter'],
    resources: [secret, parameter],
  };
  const mixed = await refusalOf(ask(both));
  const alike = {
    actions: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'],
    resources: [secret],
  };
  const ofOne = await refusalOf(ask(alike));
  await recorder.record('refusals/simulation-shared', { mixed, ofOne });
  const isRefused = isRefusal(mixed, 'InvalidInput', /require different authorization information/);
  facts.see(
    'simulation-shared',
    isRefused,
    `${refusalText(mixed)} (two of one service: ${refusalText(ofOne)})`,
  );
  await seeTag(probeContext, secret, ask);
}

async function seeTag(
  { place }: ProbeContext,
  secret: string,
  ask: (question: Question) => Promise<readonly EvaluationResult[]>,
): Promise<void> {
  const question = { actions: ['secretsmanager:GetSecretValue'], resources: [secret] };
  const [right] = await ask({ ...question, namespace: 'right' });
  const [wrong] = await ask({ ...question, namespace: 'wrong' });
  const [without] = await ask(question);
  await place.recorder.record('documents/simulation', { right, wrong, without });
  const missing = [
    ...(without?.MissingContextValues ?? []),
    ...(without?.ResourceSpecificResults ?? []).flatMap((one) => one.MissingContextValues ?? []),
  ];
  const isMissed = missing.some((key) => key.toLowerCase() === TAG.toLowerCase());
  const isIt = right?.EvalDecision === 'allowed' && wrong?.EvalDecision === 'implicitDeny' && isMissed;
  const text = `right ${right?.EvalDecision}, wrong ${wrong?.EvalDecision}, without ${without?.EvalDecision}, missing ${missing.join(', ') || 'nothing'}`;
  place.facts.see('simulation-principal-tag', isIt, text);
}

function simulatedPolicy(secret: string, parameter: string): object {
  const condition = { StringEquals: { [TAG]: 'right' } };
  return {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: 'secretsmanager:*', Resource: secret, Condition: condition },
      { Effect: 'Allow', Action: 'ssm:GetParameter', Resource: parameter },
    ],
  };
}

async function simulate(
  { place }: ProbeContext,
  arn: string,
  { actions, resources, namespace }: Question,
): Promise<readonly EvaluationResult[]> {
  const entry = { ContextKeyName: TAG, ContextKeyType: 'string' as const };
  const answer = await place.aws.iam.send(
    new SimulatePrincipalPolicyCommand({
      PolicySourceArn: arn,
      ActionNames: [...actions],
      ResourceArns: [...resources],
      ...(namespace !== undefined && { ContextEntries: [{ ...entry, ContextKeyValues: [namespace] }] }),
    }),
  );
  return answer.EvaluationResults ?? [];
}
