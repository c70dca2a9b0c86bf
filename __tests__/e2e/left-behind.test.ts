/** What earlier inputs have left behind: shown by `check`, taken away by `destroy`. */
import { describe, expect, test } from '@jest/globals';
import { controllerPods } from '../../sandbox/workload.ts';
import { associationsOf } from './support/associations.ts';
import { changesOf } from './support/drift.ts';
import { injectedInto, none } from './support/identity.ts';
import { exactPodIdentityTrust, ourTags, ROLE_NAME } from './support/role.ts';
import { sampled } from './support/sample.ts';
import { useScene } from './support/scene.ts';

const EARLIER = 'earlier-shared-secrets';
const identities = ['irsa', 'pod-identity'] as const;

describe.each(sampled(identities))(
  '%s, after another `role-name` and another `service-account`',
  (identity) => {
    const scene = useScene({ controlPlanes: 1, groups: 1 });
    const iam = () => scene.world.aws.iam;
    const host = (): string => scene.world.hostNamespace('team-a', 'ctp-1');
    const earlierRole = (): string => iam().arn(`role/${EARLIER}`);

    test('an earlier role that no other one followed goes by destroy, and the Space’s value with it', async () => {
      await scene.succeed({ mode: 'apply', identity, 'role-name': EARLIER });
      await scene.succeed({ mode: 'destroy', identity });
      expect(iam().role(EARLIER)).toBeUndefined();
      expect((await controllerPods(scene, host())).map(injectedInto)).toEqual([none]);
    });

    test('both are there once the job has gone on with another name', async () => {
      await scene.succeed({ mode: 'apply', identity, 'role-name': EARLIER });
      // The annotation of IRSA names the earlier role: to take it over is to be asked for.
      await scene.succeed({ mode: 'apply', identity, adopt: 'true' });
      scene.world.aws.eks.addAssociation(scene.world.clusterName, {
        namespace: host(),
        serviceAccount: 'earlier',
        roleArn: earlierRole(),
        tags: ourTags(scene),
      });
      iam().createRole({ roleName: 'theirs', trustPolicy: exactPodIdentityTrust(scene, [host()]) });
      expect([EARLIER, ROLE_NAME].map((name) => iam().role(name)?.tags)).toEqual([
        ourTags(scene),
        ourTags(scene),
      ]);
    });

    test('a check shows role and association, as neither drift nor work to do', async () => {
      const run = await scene.succeed({ mode: 'check', identity });
      expect(changesOf(run)).toEqual({ role: 'keep security', [`association/${host()}`]: 'keep security' });
      expect(run.outputs).toMatchObject({ verdict: 'in-sync', drift: 'false', 'change-count': '0' });
      expect(run.summary).toContain(EARLIER);
      expect(run.log).toContain('`mode: destroy` removes it');
    });

    test('a plan does not look, and has the digest of the check', async () => {
      const check = await scene.succeed({ mode: 'check', identity });
      const plan = await scene.succeed({ mode: 'plan', identity });
      expect(changesOf(plan)).toEqual({});
      expect(plan.outputs['plan-digest']).toBe(check.outputs['plan-digest']);
      expect(plan.calls.filter(({ action }) => action === 'ListRoles')).toEqual([]);
    });

    test('destroy takes all of it away, and nothing of others', async () => {
      const run = await scene.succeed({ mode: 'destroy', identity });
      expect(run.outputs).toMatchObject({ verdict: 'destroyed' });
      expect([iam().role(EARLIER), iam().role(ROLE_NAME)]).toEqual([undefined, undefined]);
      expect(iam().role('theirs')).toBeDefined();
      expect(associationsOf(scene)).toEqual([]);
      expect((await controllerPods(scene, host())).map(injectedInto)).toEqual([none]);
      const again = await scene.succeed({ mode: 'destroy', identity });
      expect(again.writes).toEqual([]);
    });
  },
);
