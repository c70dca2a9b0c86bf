/** Simulating policies, against the sandbox’s AWS and mocks of the SDK. */
import { SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createAwsReader } from '../../../src/aws/reader.ts';
import { awsError, mockedAws, ROLE_ARN } from '../fakes.ts';
import { startWorld, type World } from '../sandbox-account.ts';

const SECRET = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:';
const batch = {
  actions: ['secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue'],
  resources: [`${SECRET}prod/x-AbCdEf`, `${SECRET}other-AbCdEf`],
  context: {},
};
const viaSsm = {
  actions: ['kms:Decrypt'],
  resources: ['arn:aws:kms:eu-central-1:111122223333:key/1'],
  context: { 'kms:ViaService': 'ssm.eu-central-1.amazonaws.com' },
};

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

test('every action on every resource, with the keys that were given and those that were missing', async () => {
  const { arn } = world.aws.iam.createRole({
    roleName: 'workload',
    trustPolicy: { Version: '2012-10-17', Statement: [] },
    inlinePolicies: {
      reads: {
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: `${SECRET}prod/*` },
          {
            Effect: 'Allow',
            Action: 'kms:Decrypt',
            Resource: '*',
            Condition: {
              StringEquals: { 'kms:ViaService': 'ssm.eu-central-1.amazonaws.com', 'aws:SourceVpc': 'v' },
            },
          },
        ],
      },
      denies: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Deny', Action: 'secretsmanager:PutSecretValue', Resource: '*' }],
      },
    },
  });
  const { reader } = world.jobWith('simulate');
  const from = world.aws.calls.length;
  // calls.ts grants it on the workload's own role only.
  expect(await reader.simulate(arn, [batch])).toMatchObject({ kind: 'refused' });

  const key = world.aws.iam.createUser({
    userName: 'any',
    policies: [{ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'iam:*', Resource: '*' }] }],
  });
  const { clients, log } = world.jobWith();
  clients.iam.config.credentials = () => Promise.resolve(key);
  const answer = await createAwsReader(clients, log, world.clock).simulate(arn, [batch, viaSsm]);
  expect(world.aws.calls.slice(from).filter(({ outcome }) => outcome === 'ok')).toHaveLength(2);
  if (answer.kind !== 'simulated') throw new Error(answer.why);
  expect(
    answer.answers.map(({ action, resource, decision, missing }) => [
      action.split(':')[1],
      resource.split(':').at(-1),
      decision,
      missing,
    ]),
  ).toEqual([
    ['GetSecretValue', 'prod/x-AbCdEf', 'allowed', []],
    ['GetSecretValue', 'other-AbCdEf', 'implicit-deny', []],
    ['PutSecretValue', 'prod/x-AbCdEf', 'explicit-deny', []],
    ['PutSecretValue', 'other-AbCdEf', 'explicit-deny', []],
    ['Decrypt', 'key/1', 'implicit-deny', ['aws:SourceVpc']],
  ]);
  expect(answer.answers.at(-1)?.context).toEqual(viaSsm.context);
});

function mocked() {
  const { iam, clients, log, clock } = mockedAws();
  return { simulation: iam.on(SimulatePrincipalPolicyCommand), reader: createAwsReader(clients, log, clock) };
}

test('an answer of one resource may stand at the top alone; a word of tomorrow is no permission; pages are joined', async () => {
  const { simulation, reader } = mocked();
  simulation
    .resolvesOnce({
      EvaluationResults: [
        {
          EvalActionName: 'a:B',
          EvalResourceName: '*',
          EvalDecision: 'allowed',
          MissingContextValues: ['k'],
        },
      ],
      IsTruncated: true,
      Marker: 'more',
    })
    .resolvesOnce({
      // eslint-disable-next-line typescript/no-unsafe-type-assertion -- a word that the API model does not know
      EvaluationResults: [{ EvalActionName: 'a:C', EvalDecision: 'perhaps' as 'allowed' }],
    });
  const asked = { actions: ['a:B', 'a:C'], resources: ['arn:x'], context: {} };
  const base = { resource: 'arn:x', context: {} };
  expect(await reader.simulate(ROLE_ARN, [asked])).toEqual({
    kind: 'simulated',
    answers: [
      { ...base, action: 'a:B', decision: 'allowed', missing: ['k'] },
      { ...base, action: 'a:C', decision: 'implicit-deny', missing: [] },
    ],
  });
});

test.each([
  ['AccessDenied', 'refused'],
  ['ThrottlingException', 'unavailable'],
  ['ServiceFailure', 'unavailable'],
])('%s is an answer: %s', async (name, kind) => {
  const { simulation, reader } = mocked();
  simulation.rejects(awsError(name, 'said so'));
  expect(await reader.simulate(ROLE_ARN, [batch])).toEqual({
    kind,
    why: `${name.replace('Exception', '')}: said so (request id req-1)`,
  });
});
