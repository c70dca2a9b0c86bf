/** The identity of a plan: what makes another digest, and what does not. */
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { Intent } from '../../src/model/config.ts';
import { observe } from '../../src/observe/world.ts';
import { planTowards } from '../../src/plan/plan.ts';
import { commonAccess } from '../support/access.ts';
import {
  association,
  controlPlane,
  intent,
  ownedRole,
  release,
  releaseIntent,
  role,
  type WorldParts,
} from '../support/factories.ts';
import { fakeSpace } from '../support/fake-space.ts';
import { host, OTHER_ROLE_ARN, PROVIDER_ARN, ROLE_ARN } from '../support/names.ts';
import { someIntent, someStart, stateOf } from '../support/starting-states.ts';
import { pod, running } from '../support/workloads.ts';
import { desiredOf, placeOf, worldOf } from '../support/world-of.ts';

/** The inputs of these tests are those of the intent: which inputs count is told by the table of inputs, and tested there. */
const desiredBy = (asked: Intent) => desiredOf(asked, undefined, { intent: JSON.stringify(asked) });

const digestOf = (asked: Intent, parts: WorldParts): string =>
  planTowards(desiredBy(asked), worldOf(asked, parts)).digest;

/** A shuffle that is the same for the same seed. */
function shuffleBy(seed: number): <T>(list: readonly T[]) => readonly T[] {
  let state = seed;
  const next = (): number => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648);
  return (list) =>
    list
      .map((item) => ({ item, key: next() }))
      .toSorted((a, b) => a.key - b.key)
      .map(({ item }) => item);
}

test('the order in which anything was listed does not matter', async () => {
  await fc.assert(
    fc.asyncProperty(someStart, someIntent, fc.integer({ min: 1, max: 1e6 }), async (start, asked, seed) => {
      const place = placeOf(asked);
      const straight = await observe(fakeSpace(stateOf(start)).read, asked, place);
      const shuffled = await observe(fakeSpace(stateOf(start), shuffleBy(seed)).read, asked, place);
      const desired = desiredBy(asked);
      expect(planTowards(desired, shuffled).digest).toBe(planTowards(desired, straight).digest);
    }),
    { numRuns: 200 },
  );
});

const provider = { arn: PROVIDER_ARN, audiences: ['sts.amazonaws.com', 'other'], tags: { team: 'a' } };
const document = commonAccess(desiredOf(intent()).grants);
const base = running(
  { a: 'irsa', b: 'nothing' },
  {
    provider,
    role: role({ inlinePolicies: { 'spaces-workload-identity': document, extra: document } }),
    associations: [association('a')],
  },
);
const asked = intent({ tags: { team: 'space' } });

const asRelease = (overrides: Parameters<typeof release>[0]): WorldParts => ({
  ...base,
  release: { kind: 'found', release: release(overrides) },
});

/** The role trusts a namespace that some control plane may have or not: these names exist. */
function trusting(names: readonly string[]): WorldParts {
  return {
    ...base,
    role: role({
      trustPolicy: {
        Statement: [
          {
            Effect: 'Allow' as const,
            Principal: { Service: 'pods.eks.amazonaws.com' },
            Action: 'sts:AssumeRole',
            Condition: { StringEquals: { 'aws:RequestTag/kubernetes-namespace': host('z') } },
          },
        ],
      },
    }),
    namespaces: names.map((name) => ({ name, controlPlaneName: 'ctp-late', controlPlaneGroup: 'team-a' })),
    controlPlanes: [
      ...base.controlPlanes,
      (({ namespace: _none, ...rest }) => rest)(controlPlane('late', { notReady: 'it has no ID yet' })),
    ],
  };
}

describe('what matters makes another digest', () => {
  const worlds: Readonly<Record<string, WorldParts>> = {
    'another audience of the provider': { ...base, provider: { ...provider, audiences: ['other'] } },
    'no role': (({ role: _role, ...rest }) => rest)(base),
    'a boundary on the role': { ...base, role: role({ permissionsBoundary: 'arn:aws:iam::1:policy/x' }) },
    'a policy attached to the role': {
      ...base,
      role: role({ attachedPolicies: ['arn:aws:iam::aws:policy/X'] }),
    },
    'a wider trust policy': {
      ...base,
      role: role({
        trustPolicy: { Statement: [{ Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' }] },
      }),
    },
    'an association that points elsewhere': {
      ...base,
      associations: [association('a', { roleArn: OTHER_ROLE_ARN })],
    },
    'an association of an add-on': {
      ...base,
      associations: [association('a', { ownerArn: 'arn:aws:eks:::addon/x' })],
    },
    'an association with a target role': {
      ...base,
      associations: [association('a', { targetRoleArn: OTHER_ROLE_ARN })],
    },
    'another control plane': {
      ...base,
      controlPlanes: [...base.controlPlanes, controlPlane('c')],
    },
    'a pod that lost its identity': {
      ...base,
      workloads: { ...base.workloads, pods: [pod('a', 'nothing'), pod('b', 'nothing')] },
    },
    'an annotation on a service account': {
      ...base,
      workloads: { ...base.workloads, serviceAccounts: [{ namespace: host('a'), roleArn: ROLE_ARN }] },
    },
    'another version of the chart': asRelease({ version: '1.17.2' }),
    'shared secrets switched off': asRelease({ values: {} }),
    'a release that can not be read': {
      ...base,
      release: { kind: 'unreadable', why: 'forbidden', next: '' },
    },
    'no agent': { ...base, agent: { provider: 'none', issues: [] } },
    'another manager': { ...base, space: { manager: 'flux', managerEvidence: 'a label' } },
    'another quota of the trust policy': { ...base, trustPolicyQuota: 4_096 },
  };

  test.each(Object.keys(worlds))('%s', (name) => {
    expect(digestOf(asked, worlds[name] ?? base)).not.toBe(digestOf(asked, base));
  });

  const intents: Readonly<Record<string, Partial<Intent>>> = {
    'another identity': { identity: 'pod-identity' },
    'another prefix': { role: ownedRole({ secretPrefixes: ['other/'] }) },
    'another scope': { role: ownedRole({ trustScope: 'pattern' }) },
    'another tag': { tags: { team: 'other' } },
    'another selection': { selection: { globs: ['team-a/*'], namespaces: [] } },
    'prune switched off': { prune: false },
    'restart forbidden': { restart: 'never' },
    'another chart version': { release: releaseIntent({ chartVersion: '1.18.0' }) },
    'another path of the switch': {
      release: releaseIntent({ sharedSecretsValue: ['alpha', 'features', 'sharedSecrets', 'enabled'] }),
    },
  };

  test.each(Object.keys(intents))('%s', (name) => {
    expect(digestOf({ ...asked, ...intents[name] }, base)).not.toBe(digestOf(asked, base));
  });

  test('what a change would make, even where its id stays the same', () => {
    // Namespaces decide which subjects are pruned, and are not part of what is observed of a control plane.
    const pods = { ...asked, identity: 'pod-identity' } as const;
    expect(digestOf(pods, trusting([host('z')]))).not.toBe(digestOf(pods, trusting([])));
  });
});

describe('what does not matter makes the same digest', () => {
  test.each<[string, WorldParts]>([
    [
      'ids and times',
      { ...base, associations: [association('a', { id: 'a-2', arn: 'arn:2', modifiedAt: 1 })] },
    ],
    [
      'names of pods, and how many they are',
      {
        ...base,
        workloads: {
          ...base.workloads,
          pods: [pod('a', 'irsa', { uid: '9', name: 'x' }), pod('a', 'irsa'), pod('b', 'nothing')],
        },
      },
    ],
    ['a revision of the release', asRelease({ revision: 9, deployedRevision: 9 })],
    ['values of others', asRelease({ values: { ...release().values, account: 'another' } })],
    [
      'how a policy is written',
      {
        ...base,
        role: role({
          inlinePolicies: {
            extra: document,
            'spaces-workload-identity': {
              Statement: document.Statement.map((statement) => ({
                ...statement,
                Sid: 'Another',
                Resource: [statement.Resource ?? ''].flat(),
              })),
            },
          },
        }),
      },
    ],
  ])('%s', (_name, parts) => {
    expect(digestOf(asked, parts)).toBe(digestOf(asked, base));
  });

  test('inputs that are not part of it: credentials of the registry, the bound of the waits', () => {
    const other = { ...asked, waitSeconds: 1, release: releaseIntent({ registryPassword: 'a-password' }) };
    const [changed, unchanged] = [other, asked].map(
      (each) => planTowards(desiredOf(each), worldOf(each, base)).digest,
    );
    expect(changed).toBe(unchanged);
  });
});
