/** Time goes by in the middle of a run: what signs the job in is renewed, or the run says clearly that it has run out. */
import { setTimeout as sleep } from 'node:timers/promises';
import { AssumeRoleWithWebIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterEach, expect, test } from '@jest/globals';
import { z } from 'zod';
import { controllerPods } from '../../sandbox/workload.ts';
import { injectedInto } from './support/identity.ts';
import { MECHANISMS } from './support/mechanisms.ts';
import { goBy, nodes, onMovedClock } from './support/moved-clock.ts';
import { sampled } from './support/sample.ts';
import { errorOf, type Inputs, type Run, useScene } from './support/scene.ts';

const MINUTE = 60_000;
const scene = useScene({ controlPlanes: 1, groups: 1 });
const host = (): string => scene.world.hostNamespace('team-a', 'ctp-1');

afterEach(async () => {
  await nodes(scene, 'uncordon');
  await goBy(scene, 0);
  await scene.succeed({ mode: 'destroy', identity: 'irsa' });
});

/** A run whose rollouts take so long. */
async function slowRollout(inputs: Inputs, ms: number, env: Record<string, string> = {}): Promise<Run> {
  let passing: Promise<void> | undefined;
  const onLine = (line: string): void => {
    if (!line.includes('Restarts: 1')) return;
    passing = (async () => {
      await nodes(scene, 'cordon');
      await sleep(4_000);
      await goBy(scene, ms);
      await sleep(12_000);
      await nodes(scene, 'uncordon');
    })();
  };
  const run = await scene.run(
    { mode: 'apply', 'wait-timeout': '6h', 'comment-on-pr': 'false', restart: 'always', ...inputs },
    { env: { ...onMovedClock(scene), ...env }, onLine },
  );
  await passing;
  if (run.exitCode !== 0) process.stderr.write(run.log);
  return run;
}

/** What a step that signs in to AWS leaves to the steps after it. */
async function sessionOfStep(): Promise<Record<string, string>> {
  const { aws, github, runnerRoleArn } = scene.world;
  const answer = await fetch(`${github.idTokenRequestUrl}&audience=sts.amazonaws.com`, {
    headers: { authorization: `Bearer ${github.idTokenRequestToken}` },
  });
  const { value } = z.object({ value: z.string() }).parse(await answer.json());
  const sts = new STSClient({ endpoint: aws.endpoint, region: aws.region });
  const { Credentials } = await sts.send(
    new AssumeRoleWithWebIdentityCommand({
      RoleArn: runnerRoleArn,
      RoleSessionName: 'step',
      WebIdentityToken: value,
    }),
  );
  return {
    AWS_ACCESS_KEY_ID: Credentials?.AccessKeyId ?? '',
    AWS_SECRET_ACCESS_KEY: Credentials?.SecretAccessKey ?? '',
    AWS_SESSION_TOKEN: Credentials?.SessionToken ?? '',
  };
}

const signIns = (run: Run): number =>
  run.calls.filter(
    ({ action, resource }) =>
      action === 'AssumeRoleWithWebIdentity' && resource === scene.world.runnerRoleArn,
  ).length;

test.each(sampled(MECHANISMS))(
  '$identity: the token for the cluster runs out after 15 minutes, and is renewed',
  async ({ identity, injected }) => {
    const run = await slowRollout({ identity }, 20 * MINUTE);
    expect([run.exitCode, run.outputs['verified']]).toEqual([0, 'true']);
    expect((await controllerPods(scene, host())).map(injectedInto)).toEqual([injected(scene)]);
    expect(signIns(run)).toBe(1);
  },
  300_000,
);

test('the session of the job runs out after an hour, and is renewed with a new token of the job', async () => {
  const run = await slowRollout({ identity: 'pod-identity' }, 75 * MINUTE);
  expect([run.exitCode, run.outputs['verified']]).toEqual([0, 'true']);
  expect(signIns(run)).toBe(2);
}, 300_000);

test('a session that an earlier step has made is over: the run says so, and what it has done', async () => {
  const env = await sessionOfStep();
  const run = await slowRollout({ identity: 'pod-identity', 'role-to-assume': '' }, 75 * MINUTE, env);
  expect(run.exitCode).toBe(1);
  expect(run.outputs['failure-reason']).toBe('sign-in-denied');
  expect(errorOf(run)).toMatch(/expired/i);
  expect(run.outputs['changed']).toBe('true');
  expect(run.summary).toContain('✅ done');
  await goBy(scene, 0);
  const next = await scene.succeed({ mode: 'apply', identity: 'pod-identity', 'comment-on-pr': 'false' });
  expect(next.outputs['verified']).toBe('true');
}, 300_000);
