/** The session policy of Pod Identity associations, against mocks of the SDK. */
import {
  CreatePodIdentityAssociationCommand,
  DescribePodIdentityAssociationCommand,
  ListPodIdentityAssociationsCommand,
  UpdatePodIdentityAssociationCommand,
} from '@aws-sdk/client-eks';
import { expect, test } from '@jest/globals';
import type { PolicyDocument } from '../../../src/model/policy.ts';
import { awsError, failureOf } from '../fakes.ts';
import { creation, described, existing, setUp, updateOf } from './setup.ts';

const policy = (Resource: string): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: [{ Sid: 'SpacesWorkloadIdentity', Effect: 'Allow', Action: 'ssm:GetParameter', Resource }],
});
const [A, B] = [policy('a'), policy('b')];
const actual = (sessionPolicy?: PolicyDocument) =>
  sessionPolicy === undefined ? {} : { policy: JSON.stringify(sessionPolicy), disableSessionTags: true };
const pick = (sessionPolicy?: PolicyDocument) => (sessionPolicy === undefined ? {} : { sessionPolicy });

const update = (wanted?: PolicyDocument, before?: PolicyDocument) =>
  updateOf({ disableSessionTags: wanted !== undefined, ...pick(wanted) }, pick(before));

test.each<[string, PolicyDocument | undefined, object]>([
  ['carries it, with session tags off', A, { policy: JSON.stringify(A), disableSessionTags: true }],
  ['has none, with session tags on', undefined, { disableSessionTags: false }],
])('a new one %s', async (_what, sessionPolicy, sent) => {
  const { eks, writer } = setUp();
  eks.on(CreatePodIdentityAssociationCommand).resolves({ association: { associationId: 'a-1' } });
  await writer.createAssociation({ ...creation, ...pick(sessionPolicy) });
  expect(eks.commandCalls(CreatePodIdentityAssociationCommand)[0]?.args[0].input).toMatchObject(sent);
});

test.each<[string, PolicyDocument | undefined, PolicyDocument | undefined, object | undefined]>([
  [
    'is set, in the call that switches session tags off',
    undefined,
    A,
    { policy: JSON.stringify(A), disableSessionTags: true },
  ],
  ['is changed', B, A, { policy: JSON.stringify(A), disableSessionTags: true }],
  [
    'is taken away by an empty text, in the call that switches them on',
    B,
    undefined,
    { policy: '', disableSessionTags: false },
  ],
  ['is there', A, A, undefined],
])('it %s', async (_what, before, wanted, sent) => {
  const { eks, writer } = existing(actual(before));
  await writer.updateAssociation(update(wanted, before));
  const inputs = eks.commandCalls(UpdatePodIdentityAssociationCommand).map((call) => call.args[0].input);
  expect(inputs).toEqual(sent === undefined ? [] : [expect.objectContaining(sent)]);
});

test('one that somebody has changed since the plan is left as it is', async () => {
  const { eks, writer } = existing(actual(policy('somebody')));
  expect((await failureOf(writer.updateAssociation(update(A, B)))).reason).toBe('plan-changed');
  expect(eks.commandCalls(UpdatePodIdentityAssociationCommand)).toEqual([]);
});

test.each<[string, object, string]>([
  ['another session policy', actual(B), 'has another session policy'],
  ['no session policy', {}, 'has another session policy'],
  ['session tags on', { ...actual(A), disableSessionTags: false }, 'has its session tags on'],
])(
  'one with %s that is there already is not taken for the one that was to be made',
  async (_what, its, said) => {
    const { eks, writer } = setUp();
    eks.on(CreatePodIdentityAssociationCommand).rejects(awsError('ResourceInUseException', 'exists'));
    eks.on(ListPodIdentityAssociationsCommand).resolves({ associations: [{ associationId: 'a-1' }] });
    eks.on(DescribePodIdentityAssociationCommand).resolves({ association: { ...described, ...its } });
    const failure = await failureOf(writer.createAssociation({ ...creation, sessionPolicy: A }));
    expect(failure.message).toContain(said);
  },
);
