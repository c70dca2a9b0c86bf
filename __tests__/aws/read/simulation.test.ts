/** Simulating policies, against the sandbox’s AWS and mocks of the SDK. */
import { SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createAwsReader } from '../../../src/aws/reader.ts';
import { expectationsOf } from '../../../src/desired/permission-expectations.ts';
import { simulationBatches } from '../../../src/desired/simulation.ts';
import { commonAccess } from '../../support/access.ts';
import { intent, role } from '../../support/factories.ts';
import { desiredOf, placeOf } from '../../support/world-of.ts';
import { awsError, mockedAws, ROLE, ROLE_ARN } from '../fakes.ts';
import { startWorld, type World } from '../sandbox-account.ts';

const SECRET = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:';
const batch = {
  actions: ['secretsmanager:GetSecretValue'],
  resources: [`${SECRET}prod/x-AbCdEf`, `${SECRET}other-AbCdEf`],
  context: {},
};
const writes = { ...batch, actions: ['secretsmanager:PutSecretValue'] };
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
  const answer = await createAwsReader(clients, log, world.clock).simulate(arn, [batch, writes, viaSsm]);
  expect(world.aws.calls.slice(from).filter(({ outcome }) => outcome === 'ok')).toHaveLength(3);
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

test('actions that are authorised by different things are not taken together: no denial, and no answer', async () => {
  const { arn } = world.aws.iam.createRole({
    roleName: ROLE,
    trustPolicy: { Version: '2012-10-17', Statement: [] },
  });
  const { reader } = world.jobWith('simulate');
  const mixed = { ...batch, actions: [...batch.actions, ...writes.actions] };
  expect(await reader.simulate(arn, [mixed])).toMatchObject({
    kind: 'unavailable',
    why: expect.stringContaining('require different authorization information'),
  });
  expect(await reader.simulate(arn, [batch, writes])).toMatchObject({ kind: 'simulated' });
});

test('an organisation that locks its regions denies nothing to calls that say where they go', async () => {
  const asked = intent();
  const { target } = placeOf(asked);
  const { arn } = world.aws.iam.createRole({
    roleName: ROLE,
    trustPolicy: { Version: '2012-10-17', Statement: [] },
    inlinePolicies: { ours: commonAccess(desiredOf(asked).grants) },
  });
  world.aws.iam.addServiceControlPolicy('regions', {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Deny',
        NotAction: ['iam:*'],
        Resource: '*',
        Condition: { StringNotEquals: { 'aws:RequestedRegion': 'eu-central-1' } },
      },
      { Effect: 'Deny', Action: '*', Resource: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
    ],
  });
  const key = world.aws.iam.createUser({
    userName: 'any',
    policies: ['arn:aws:iam::aws:policy/AdministratorAccess'],
  });
  const { clients, log } = world.jobWith();
  clients.iam.config.credentials = () => Promise.resolve(key);
  const batches = simulationBatches(expectationsOf(desiredOf(asked), role(), target));
  const answer = await createAwsReader(clients, log, world.clock).simulate(arn, batches);
  expect(answer).toMatchObject({ kind: 'simulated', answers: expect.any(Array) });
  const reads = answer.kind === 'simulated' ? answer.answers : [];
  expect(reads.filter(({ decision }) => decision === 'explicit-deny')).toEqual([]);
  expect(reads.filter(({ decision }) => decision === 'allowed')).toHaveLength(2);
});

function mocked() {
  const { iam, clients, log, clock } = mockedAws();
  return {
    iam,
    simulation: iam.on(SimulatePrincipalPolicyCommand),
    reader: createAwsReader(clients, log, clock),
  };
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
  ['AccessDenied', { kind: 'refused' }],
  ['InvalidInputException', { kind: 'unavailable', mayArrive: true }],
  ['NoSuchEntityException', { kind: 'unavailable', mayArrive: true }],
  ['ThrottlingException', { kind: 'throttled' }],
  ['ServiceFailure', { kind: 'unavailable' }],
  // Whatever stands in for IAM and can't simulate: no wait makes it learn.
  ['InvalidAction', { kind: 'unavailable' }],
])('%s is an answer: %j', async (name, answer) => {
  const { simulation, reader } = mocked();
  simulation.rejects(awsError(name, 'said so', { $fault: 'client' }));
  expect(await reader.simulate(ROLE_ARN, [batch])).toEqual({
    ...answer,
    why: `${name.replace('Exception', '')}: said so (request id req-1)`,
  });
});

test('keys go with their types', async () => {
  const { iam, simulation, reader } = mocked();
  simulation.resolves({ EvaluationResults: [] });
  const context = { 'aws:RequestedRegion': 'eu-central-1', 'aws:SecureTransport': 'true' };
  await reader.simulate(ROLE_ARN, [{ ...batch, context }]);
  expect(iam.commandCalls(SimulatePrincipalPolicyCommand)[0]?.args[0].input.ContextEntries).toEqual([
    {
      ContextKeyName: 'aws:RequestedRegion',
      ContextKeyValues: ['eu-central-1'],
      ContextKeyType: 'string',
    },
    { ContextKeyName: 'aws:SecureTransport', ContextKeyValues: ['true'], ContextKeyType: 'boolean' },
  ]);
});
