/** What a run has written shows only after some time: it waits for that, restarts nobody twice, and takes no refusal for a late one. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import { controllerPods } from '../../../sandbox/workload.ts';
import { hostsOf } from '../support/cluster.ts';
import { injectedInto, none } from '../support/identity.ts';
import { type Identity, MECHANISMS } from '../support/mechanisms.ts';
import { ROLE_NAME } from '../support/role.ts';
import { drawn, sampled } from '../support/sample.ts';
import { useResults } from '../support/results.ts';
import { type Inputs, type Run, type Scene, useScene } from '../support/scene.ts';
import { notPassed } from '../support/verification.ts';

interface Row {
  readonly what: string;
  readonly seconds: number;
  readonly identity: Identity;
  readonly outcome: string;
}
const keep: (row: Row) => void = useResults('propagation');

/** What can be late, and where that is turned. */
const LATE: Readonly<Record<string, (scene: Scene, ms: number) => void>> = {
  "IAM's own reads": ({ world }, ms) => {
    world.aws.settings.staleReadsMs = ms;
  },
  'role, policies and provider, at STS and EKS': ({ world }, ms) => {
    world.aws.settings.propagationMs = ms;
  },
  'associations, in their list and description': ({ world }, ms) => {
    world.aws.settings.staleAssociationsMs = ms;
  },
  "associations and annotations, at EKS's webhook": ({ world }, ms) => {
    world.aws.settings.injectionMs = ms;
    world.webhook.settings.cacheDelayMs = ms;
  },
  'all of them': ({ world }, ms) => {
    const { settings } = world.aws;
    settings.staleReadsMs = settings.propagationMs = settings.staleAssociationsMs = settings.injectionMs = ms;
    world.webhook.settings.cacheDelayMs = ms;
  },
};
const SECONDS = [2, 8, 30];
const CASES = Object.keys(LATE).flatMap((what) => SECONDS.map((seconds) => ({ what, seconds })));

const generations = async ({ client, world }: Scene): Promise<readonly number[]> =>
  await Promise.all(
    hostsOf({ world }).map(async (namespace) => {
      const found = await client.apps.readNamespacedDeployment({ namespace, name: 'external-secrets' });
      return found.metadata?.generation ?? 0;
    }),
  );

/** Roles that were asked for in vain. */
const attempts = ({ calls }: Run): number =>
  calls.filter(({ action, outcome }) => action.startsWith('Assume') && outcome !== 'ok').length;

describe.each(sampled(MECHANISMS))('$identity', ({ identity, injected }) => {
  const scene = useScene({ controlPlanes: 2, groups: 1 });
  const inputs = (mode: string): Inputs => ({
    identity,
    mode,
    'comment-on-pr': 'false',
    'prove-access': 'true',
  });
  afterEach(() => {
    LATE['all of them']?.(scene, 0);
  });

  test.each(drawn(CASES.filter(({ seconds }) => seconds === 8)) ?? CASES)(
    'from nothing, $what $seconds s late',
    async ({ what, seconds }) => {
      await scene.succeed(inputs('destroy'));
      // What is late from now on is late by what this run does, not by what has been before.
      await sleep(seconds * 1000);
      const before = await generations(scene);
      LATE[what]?.(scene, seconds * 1000);
      const run = await scene.run(inputs('apply'));
      const verdict = run.exitCode === 0 ? 'verified' : (run.outputs['failure-reason'] ?? '');
      keep({ what, seconds, identity, outcome: verdict });
      if (run.exitCode !== 0) throw new Error(run.log);
      expect(notPassed(run)).toEqual([]);
      for (const host of hostsOf(scene))
        expect((await controllerPods(scene, host)).map(injectedInto)).toEqual([injected(scene)]);
      expect(await generations(scene)).toEqual(before.map((one) => one + 1));
      const inIam = run.writes.filter((one) => one.startsWith('iam:'));
      expect(inIam).toEqual([...new Set(inIam)]);
      // And back, as late.
      await scene.succeed(inputs('destroy'));
      expect(scene.world.aws.iam.role(ROLE_NAME)).toBeUndefined();
      for (const host of hostsOf(scene))
        expect((await controllerPods(scene, host)).map(injectedInto)).toEqual([none]);
    },
    600_000,
  );

  test('a refusal where nothing was written is not waited for: each thing is asked once', async () => {
    await scene.succeed(inputs('apply'));
    const well = await scene.succeed(inputs('check'));
    scene.world.aws.iam.setTrustPolicy(ROLE_NAME, { Version: '2012-10-17', Statement: [] });
    const run = await scene.fail('drift', inputs('check'));
    expect(notPassed(run).some((line) => line.includes('access-proof'))).toBe(true);
    // The two that got in are refused now, once each.
    expect(attempts(run)).toBe(attempts(well) + 2);
  });
});
