/** The adapter with the real SDK against the sandbox's AWS: every method has the permissions that it needs, and no others. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { AwsReader, AwsWriter } from '../../src/model/ports.ts';
import { ACCESS_POLICY_NAME } from '../../src/policy/access-policy.ts';
import { ACCOUNT, CLUSTER, CLUSTER_ARN, failureOf, ROLE } from './fakes.ts';
import {
  agent,
  association,
  issuer,
  type Method,
  podTrust,
  providerArn,
  roleArn,
  serviceAccount,
  spec,
  startWorld,
  type World,
} from './sandbox-account.ts';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

/** The answer of a method run with no more than its calls. */
async function alone<T>(method: Method, run: (ports: AwsReader & AwsWriter) => Promise<T>): Promise<T> {
  const { answer, beyond } = await world.alone(method, run);
  expect(beyond).toEqual([]);
  return answer;
}

describe('every method runs with no more than its calls', () => {
  test('the life of a role and its provider', async () => {
    const provider = { op: 'create-oidc-provider', arn: providerArn, url: issuer } as const;
    await alone('createOidcProvider', (ports) =>
      ports.createOidcProvider({ ...provider, audiences: ['a'], tags: { x: 'y' } }),
    );
    await alone('createOidcProvider', (ports) =>
      ports.createOidcProvider({ ...provider, audiences: ['sts.amazonaws.com'], tags: {} }),
    );
    await alone('addAudience', (ports) => ports.addAudience(providerArn, 'b'));
    expect(await alone('oidcProvider', (ports) => ports.oidcProvider(providerArn))).toEqual({
      arn: providerArn,
      audiences: ['a', 'sts.amazonaws.com', 'b'],
      tags: { x: 'y' },
    });
    expect(await alone('role', (ports) => ports.role(ROLE))).toBeUndefined();
    await alone('createRole', (ports) => ports.createRole(spec));
    await alone('tagRole', (ports) =>
      ports.tagRole({ op: 'tag-role', roleName: ROLE, tags: { b: 'c' }, replaces: spec.tags }),
    );
    const boundary = world.aws.iam.createPolicy({
      policyName: 'bound',
      document: { Version: '2012-10-17', Statement: [] },
    });
    const bounding = { op: 'put-permissions-boundary', roleName: ROLE, replaces: null } as const;
    await alone('putPermissionsBoundary', (ports) =>
      ports.putPermissionsBoundary({ ...bounding, permissionsBoundary: boundary.arn }),
    );
    const access = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow' as const, Action: 's3:*', Resource: '*' }],
    };
    await alone('putInlinePolicy', (ports) =>
      ports.putInlinePolicy({
        op: 'put-inline-policy',
        roleName: ROLE,
        policyName: ACCESS_POLICY_NAME,
        document: access,
        replaces: null,
      }),
    );
    expect(await alone('role', (ports) => ports.role(ROLE))).toEqual({
      name: ROLE,
      arn: roleArn,
      path: '/spaces/',
      createdAt: expect.any(Number),
      permissionsBoundary: boundary.arn,
      tags: { a: 'ü b', b: 'c' },
      trustPolicy: podTrust,
      inlinePolicies: { [ACCESS_POLICY_NAME]: access },
      attachedPolicies: [],
    });
    await alone('putTrustPolicy', (ports) =>
      ports.putTrustPolicy({
        op: 'put-trust-policy',
        roleName: ROLE,
        document: { ...podTrust, Id: 'new' },
        replaces: podTrust,
      }),
    );
    const removal = { op: 'delete-role', roleName: ROLE, tags: spec.tags, trustPolicy: podTrust } as const;
    await alone('deleteRole', (ports) => ports.deleteRole(removal));
    await alone('deleteRole', (ports) => ports.deleteRole(removal));
    const replaces = { audiences: ['a', 'b', 'sts.amazonaws.com'], tags: { x: 'y' } };
    await alone('deleteOidcProvider', (ports) =>
      ports.deleteOidcProvider({ op: 'delete-oidc-provider', ownRoles: [], providerArn, replaces }),
    );
    expect([
      world.aws.iam.role(ROLE),
      await world.jobWith('oidcProvider').reader.oidcProvider(providerArn),
    ]).toEqual([undefined, undefined]);
  });

  test.each([false, true])(
    'the life of an association (EKS asks for iam:GetRole: %s)',
    async (asksForRole) => {
      world.aws.settings.associationNeedsGetRole = asksForRole;
      world.aws.iam.createRole({ roleName: ROLE, path: '/spaces/', trustPolicy: podTrust });
      world.aws.iam.createRole({ roleName: 'other', trustPolicy: podTrust });
      const id = await alone('createAssociation', (ports) => ports.createAssociation(association));
      const read = await alone('associations', (ports) => ports.associations(CLUSTER, serviceAccount));
      expect(read).toEqual([
        expect.objectContaining({ id, roleArn, disableSessionTags: false, tags: association.tags }),
      ]);
      const actual = world.aws.eks.association(CLUSTER, association.namespace, serviceAccount);
      Object.assign(actual ?? {}, {
        roleArn: `arn:aws:iam::${ACCOUNT}:role/other`,
        disableSessionTags: true,
        tags: {},
      });
      const [first] = read;
      const update = {
        ...association,
        op: 'update-association',
        associationId: id,
        associationArn: first?.arn ?? '',
        disableSessionTags: false,
        replaces: { roleArn: `arn:aws:iam::${ACCOUNT}:role/other`, tags: {} },
      } as const;
      await alone('updateAssociation', (ports) => ports.updateAssociation(update));
      const { reader } = world.jobWith('associations');
      expect(await reader.associations(CLUSTER, serviceAccount)).toEqual([
        expect.objectContaining({ id, roleArn, disableSessionTags: false, tags: association.tags }),
      ]);
      const deletion = {
        ...association,
        op: 'delete-association',
        associationId: id,
        replaces: association,
      } as const;
      await alone('deleteAssociation', (ports) => ports.deleteAssociation(deletion));
      await alone('deleteAssociation', (ports) => ports.deleteAssociation(deletion));
      expect(await reader.associations(CLUSTER, serviceAccount)).toEqual([]);
    },
  );

  test('cluster, caller, add-on and quota', async () => {
    expect(await alone('cluster', (ports) => ports.cluster(CLUSTER))).toMatchObject({
      arn: CLUSTER_ARN,
      issuer,
      certificateAuthority: 'PEM',
      account: ACCOUNT,
    });
    expect(await alone('caller', (ports) => ports.caller())).toMatchObject({
      account: ACCOUNT,
      partition: 'aws',
    });
    expect(await alone('trustPolicyQuota', (ports) => ports.trustPolicyQuota())).toBe(2048);
    expect(await world.jobWith().reader.trustPolicyQuota()).toBeUndefined();
    expect(await alone('addOn', (ports) => ports.addOn(CLUSTER, agent.addOn))).toBeUndefined();
    world.aws.settings.addonActivationMs = 25_000;
    await alone('createAddOn', (ports) => ports.createAddOn(agent, 60_000));
    expect(await alone('addOn', (ports) => ports.addOn(CLUSTER, agent.addOn))).toMatchObject({
      status: 'ACTIVE',
    });
  });

  test('a job without them is told which one is missing', async () => {
    const failure = await failureOf(world.jobWith().reader.cluster(CLUSTER));
    expect(failure.reason).toBe('access-denied');
    expect(failure.details.next).toContain(`Allow eks:DescribeCluster on ${CLUSTER_ARN} in`);
    world.aws.iam.createRole({ roleName: ROLE, path: '/spaces/', trustPolicy: podTrust });
    const passing = world.jobWith('associations');
    world.aws.calls.length = 0;
    expect((await failureOf(passing.writer.createAssociation(association))).reason).toBe('access-denied');
    expect(world.aws.calls).toHaveLength(1);
  });
});
