/** Installing an add-on, against mocks of the SDK. */
import { CreateAddonCommand, DescribeAddonCommand } from '@aws-sdk/client-eks';
import { describe, expect, jest, test } from '@jest/globals';
import type { CreateAddOn } from '../../../src/model/write.ts';
import { awsError, CLUSTER, failureOf } from '../fakes.ts';
import { setUp } from './setup.ts';

const addOn: CreateAddOn = {
  op: 'create-add-on',
  clusterName: CLUSTER,
  addOn: 'eks-pod-identity-agent',
};

describe('createAddOn', () => {
  test('waits until it is active and says what for', async () => {
    const { eks, writer, clock, log } = setUp();
    eks.on(CreateAddonCommand).resolves({});
    eks
      .on(DescribeAddonCommand)
      .rejectsOnce(awsError('ResourceNotFoundException', 'No addon'))
      .resolvesOnce({ addon: { status: 'CREATING' } })
      .resolves({ addon: { status: 'ACTIVE', addonVersion: 'v1.3.10' } });
    await writer.createAddOn(addOn, 600_000);
    expect(eks.commandCalls(CreateAddonCommand)[0]?.args[0].input).toMatchObject({
      clusterName: CLUSTER,
      addonName: 'eks-pod-identity-agent',
    });
    expect(clock.slept).toEqual([500, 500]);
    expect(log.lines).toEqual([
      'Waiting for add-on eks-pod-identity-agent to become active (0.0 s of 600 s)',
      'Waiting for add-on eks-pod-identity-agent to become active (0.5 s of 600 s)',
      'Add-on eks-pod-identity-agent v1.3.10 is active',
    ]);
  });

  test('that EKS has accepted it is told before it is active', async () => {
    const { eks, writer, sent } = setUp();
    eks.on(CreateAddonCommand).resolves({});
    eks.on(DescribeAddonCommand).resolves({ addon: { status: 'ACTIVE' } });
    const taken: (readonly string[])[] = [];
    await writer.createAddOn(addOn, 600_000, () => void taken.push(sent()));
    expect(taken[0]).toEqual(['CreateAddon']);
  });

  test('one that is there already is only waited for', async () => {
    const { eks, writer, sent } = setUp();
    eks.on(CreateAddonCommand).rejects(awsError('ResourceInUseException', 'Addon already exists.'));
    eks.on(DescribeAddonCommand).resolves({ addon: { status: 'ACTIVE' } });
    await writer.createAddOn(addOn, 600_000);
    expect(sent()).toEqual(['CreateAddon', 'DescribeAddon']);
  });

  test('one that EKS refuses as in use, and does not show, is asked for again', async () => {
    const { eks, writer, sent } = setUp();
    eks
      .on(CreateAddonCommand)
      .rejectsOnce(awsError('ResourceInUseException', 'The cluster is being updated'))
      .resolves({});
    eks
      .on(DescribeAddonCommand)
      .rejectsOnce(awsError('ResourceNotFoundException', 'No addon'))
      .resolves({ addon: { status: 'ACTIVE' } });
    let taken: readonly string[] = [];
    await writer.createAddOn(addOn, 600_000, () => (taken = sent()));
    expect(sent()).toEqual(['CreateAddon', 'DescribeAddon', 'CreateAddon', 'DescribeAddon']);
    expect(taken).toEqual(sent());
  });

  test('a refusal that lasts is quoted', async () => {
    const { eks, writer } = setUp();
    eks.on(CreateAddonCommand).rejects(awsError('ResourceInUseException', 'The cluster is being updated'));
    eks.on(DescribeAddonCommand).rejects(awsError('ResourceNotFoundException', 'No addon'));
    const failure = await failureOf(writer.createAddOn(addOn, 25_000));
    expect([failure.reason, failure.details.said]).toEqual([
      'timed-out',
      'waited 25 s for status ACTIVE: EKS does not show the add-on, and refuses to install it: ResourceInUse: The cluster is being updated (request id req-1)',
    ]);
  });

  test('one that may not be looked at can not be waited for', async () => {
    const { eks, writer } = setUp();
    eks.on(CreateAddonCommand).resolves({});
    eks.on(DescribeAddonCommand).rejects(awsError('AccessDeniedException', 'no'));
    expect((await failureOf(writer.createAddOn(addOn, 600_000))).reason).toBe('access-denied');
  });

  test.each(['CREATE_FAILED', 'DEGRADED'] as const)('%s is explained at once', async (status) => {
    const { eks, writer, clock } = setUp();
    const health = { issues: [{ code: 'InsufficientNumberOfReplicas' as const, message: 'no nodes' }] };
    eks.on(DescribeAddonCommand).resolves({ addon: { status, health } });
    eks.on(CreateAddonCommand).rejects(awsError('ResourceInUseException', 'Addon already exists.'));
    const onAccepted = jest.fn();
    const failure = await failureOf(writer.createAddOn(addOn, 600_000, onAccepted));
    expect(failure.reason).toBe('rollout-failed');
    expect(onAccepted).not.toHaveBeenCalled();
    expect(failure.details.said).toBe(`status ${status}, InsufficientNumberOfReplicas: no nodes`);
    expect(failure.details.next).toContain('no node that can run it');
    expect(clock.slept).toEqual([]);
  });

  test.each([
    [{ addon: { status: 'CREATING' as const } }, 'status CREATING'],
    [undefined, 'EKS does not show the add-on'],
  ])('gives up after the time given: %j', async (answer, said) => {
    const { eks, writer, clock } = setUp();
    eks.on(CreateAddonCommand).resolves({});
    if (answer === undefined)
      eks.on(DescribeAddonCommand).rejects(awsError('ResourceNotFoundException', 'none'));
    else eks.on(DescribeAddonCommand).resolves(answer);
    const before = clock.now();
    const failure = await failureOf(writer.createAddOn(addOn, 25_000));
    expect(failure.reason).toBe('timed-out');
    expect(failure.details.said).toContain(said);
    expect(clock.now() - before).toBe(25_000);
  });
});
