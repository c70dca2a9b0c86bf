/** A Spaces release that is not simply deployed: failed since, or with another helm at it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { waitFor } from '../../sandbox/kubernetes/wait.ts';
import { annotationsOf, helmHistory, helmValues, hostsOf } from './support/cluster.ts';
import { leavePending } from './support/pending.ts';
import { ANNOTATION, sharedSecretsValues, upgradeByHand } from './support/release.ts';
import { roleArn } from './support/role.ts';
import { jsonOf, useScene } from './support/scene.ts';

const inputs = { mode: 'apply', identity: 'irsa' };
const scene = useScene({ controlPlanes: 1, groups: 1, controllerSettings: { propagationMs: 500 } });
const statuses = async () => (await helmHistory(scene)).map(({ status }) => status);

async function isAnnotatedOther(): Promise<boolean> {
  const [annotations] = await Promise.all(hostsOf(scene).map((host) => annotationsOf(scene, host)));
  return annotations?.[ANNOTATION] === `${roleArn(scene)}-other`;
}

/** An upgrade that the API server refuses: Helm has it on record as failed. */
async function failToUpgrade(values: object): Promise<void> {
  const refused = { router: { replicas: -1 } };
  await expect(upgradeByHand(scene, { ...values, ...refused })).rejects.toThrow(/exit code 1/);
}

test('the last revision failed: the values of the deployed one are kept, those of the failed one are not', async () => {
  const deployed = await helmValues(scene);
  await failToUpgrade({ account: 'broken', clusterType: 'aks' });
  expect(await statuses()).toEqual(['deployed', 'failed']);

  const plan = await scene.succeed({ ...inputs, mode: 'plan' });
  expect(jsonOf(plan, 'plan')).toMatchObject({
    changes: expect.arrayContaining([expect.objectContaining({ id: 'helm/annotation', before: null })]),
  });
  await scene.succeed(inputs);
  expect(await statuses()).toEqual(['superseded', 'failed', 'deployed']);
  expect(await helmValues(scene)).toEqual({
    ...deployed,
    controlPlanes: {
      vector: { serviceAccount: { customAnnotations: { 'example.com/team': 'platform' } } },
      sharedSecrets: {
        resources: { requests: { cpu: '20m' } },
        serviceAccount: { customAnnotations: { [ANNOTATION]: roleArn(scene) } },
      },
    },
  });
});

test('a revision that failed since changes nothing of what is deployed: nothing is to do', async () => {
  const other = { serviceAccount: { customAnnotations: { [ANNOTATION]: `${roleArn(scene)}-other` } } };
  const before = await helmValues(scene);
  await failToUpgrade({ account: 'broken' });
  const run = await scene.succeed(inputs);
  expect(run.outputs).toMatchObject({ changed: 'false', 'change-count': '0' });
  expect((await statuses()).at(-1)).toBe('failed');

  await upgradeByHand(scene, sharedSecretsValues(other));
  // Else Spaces would carry it on after the apply has put it right, and the verification would meet it.
  await waitFor({
    what: 'the other role on the service account',
    timeoutMs: 30_000,
    check: isAnnotatedOther,
  });
  await scene.succeed({ ...inputs, adopt: 'true' });
  expect(await helmValues(scene)).toEqual(before);
});

test('another helm that ends in time is waited for', async () => {
  const { length } = await helmHistory(scene);
  await upgradeByHand(scene, sharedSecretsValues({ serviceAccount: { customAnnotations: null } }));
  const free = await leavePending(scene, length + 2);
  let freed: Promise<void> | undefined;
  const onLine = (line: string): void => {
    if (line.includes('is pending-upgrade: waiting for the other operation')) freed ??= sleep(500).then(free);
  };
  const run = await scene.succeed(inputs, { onLine });
  await freed;
  expect(freed).toBeDefined();
  expect(run.outputs).toMatchObject({ verdict: 'applied', verified: 'true' });
  expect((await statuses()).at(-1)).toBe('deployed');
});
