/** Lists and descriptions of associations that are late. */
import {
  CreatePodIdentityAssociationCommand,
  DeletePodIdentityAssociationCommand,
  DescribePodIdentityAssociationCommand,
  ListPodIdentityAssociationsCommand,
  UpdatePodIdentityAssociationCommand,
} from '@aws-sdk/client-eks';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { account, type Bench, namespace, podTrust, serviceAccount, startBench } from '../../aws/testing.ts';

let bench: Bench;
beforeEach(async () => {
  bench = await startBench();
  const { eks, iam } = bench.aws;
  eks.addCluster({ name: 'space', endpoint: 'https://127.0.0.1:6443', caPem: 'pem', publicKeys: [] });
  for (const roleName of ['one', 'other']) iam.createRole({ roleName, trustPolicy: podTrust() });
});
afterEach(() => bench.aws.close());

const arnOf = (role: string): string => `arn:aws:iam::${account}:role/${role}`;

test('a new one, a changed one and a deleted one are shown as before, until the time is over', async () => {
  const { settings } = bench.aws;
  const { eks } = bench.admin;
  const listed = async (): Promise<number> => {
    const answer = await eks.send(new ListPodIdentityAssociationsCommand({ clusterName: 'space' }));
    return answer.associations?.length ?? 0;
  };
  settings.staleAssociationsMs = 60_000;
  const made = await eks.send(
    new CreatePodIdentityAssociationCommand({
      clusterName: 'space',
      namespace,
      serviceAccount,
      roleArn: arnOf('one'),
    }),
  );
  const id = { clusterName: 'space', associationId: made.association?.associationId ?? '' };
  expect(await listed()).toBe(0);
  settings.staleAssociationsMs = 0;
  expect(await listed()).toBe(1);

  settings.staleAssociationsMs = 60_000;
  await eks.send(new UpdatePodIdentityAssociationCommand({ ...id, roleArn: arnOf('other') }));
  const described = async (): Promise<string | undefined> => {
    const answer = await eks.send(new DescribePodIdentityAssociationCommand(id));
    return answer.association?.roleArn;
  };
  expect(await described()).toBe(arnOf('one'));
  settings.staleAssociationsMs = 0;
  expect(await described()).toBe(arnOf('other'));

  settings.staleAssociationsMs = 60_000;
  await eks.send(new DeletePodIdentityAssociationCommand(id));
  expect(await listed()).toBe(1);
  settings.staleAssociationsMs = 0;
  expect(await listed()).toBe(0);
});
