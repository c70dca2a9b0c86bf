/** The target role of Pod Identity associations, against mocks of the SDK. */
import {
  CreatePodIdentityAssociationCommand,
  UpdatePodIdentityAssociationCommand,
} from '@aws-sdk/client-eks';
import { expect, test } from '@jest/globals';
import { failureOf } from '../fakes.ts';
import { creation, existing, setUp, updateOf } from './setup.ts';

const TARGET = { targetRoleArn: 'arn:target' };
const OTHER = { targetRoleArn: 'arn:other-target' };

test('a new one gets it', async () => {
  const { eks, writer } = setUp();
  eks.on(CreatePodIdentityAssociationCommand).resolves({ association: { associationId: 'a-1' } });
  await writer.createAssociation({ ...creation, ...TARGET });
  expect(eks.commandCalls(CreatePodIdentityAssociationCommand)[0]?.args[0].input).toMatchObject(TARGET);
});

test.each<[string, object, object, object | undefined]>([
  ['is set', {}, TARGET, TARGET],
  ['is changed', OTHER, TARGET, TARGET],
  ['is taken away by an empty text', OTHER, {}, { targetRoleArn: '' }],
  ['is there', TARGET, TARGET, undefined],
])('it %s', async (_what, actual, wanted, sent) => {
  const { eks, writer } = existing(actual);
  await writer.updateAssociation(updateOf(wanted, actual));
  const inputs = eks.commandCalls(UpdatePodIdentityAssociationCommand).map((call) => call.args[0].input);
  expect(inputs).toEqual(sent === undefined ? [] : [expect.objectContaining(sent)]);
});

test('it is not sent where something else differs', async () => {
  const { eks, writer } = existing({ ...TARGET, disableSessionTags: true });
  await writer.updateAssociation(updateOf(TARGET, TARGET));
  const [call] = eks.commandCalls(UpdatePodIdentityAssociationCommand);
  expect(call?.args[0].input).not.toHaveProperty('targetRoleArn');
});

test.each([
  ['another one than planned on', OTHER, {}],
  ['one where there was none', OTHER, TARGET],
  ['none any more', {}, OTHER],
])('who has set %s meanwhile is not overwritten', async (_what, actual, planned) => {
  const { writer, sent } = existing(actual);
  const failure = await failureOf(writer.updateAssociation(updateOf({ targetRoleArn: 'arn:new' }, planned)));
  expect(failure.reason).toBe('plan-changed');
  expect(sent()).toEqual(['DescribePodIdentityAssociation']);
});
