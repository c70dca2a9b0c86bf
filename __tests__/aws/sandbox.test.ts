/** The adapter with the real SDK against the sandbox's AWS: propagation, lost answers, quotas, signing in. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { tokenSigner } from '../../sandbox/aws/testing.ts';
import { createClusterToken } from '../../src/aws/cluster-token.ts';
import type { IdTokenSource } from '../../src/model/id-token.ts';
import { signIn } from '../../src/aws/sign-in/sign-in.ts';
import { trustStatement } from '../../src/aws/sign-in/trust-advice.ts';
import { decodeClaims } from '../../src/github/oidc.ts';
import type { PolicyDocument } from '../../src/model/policy.ts';
import { ACCOUNT, CLUSTER, connection, failureOf, fakeLog, ROLE } from './fakes.ts';
import {
  agent,
  association,
  issuer,
  podTrust,
  providerArn,
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

/** The next call is carried out, and its answer lost. */
function lose(action: string): void {
  const error = { code: 'ServiceFailure', message: 'lost', status: 500 };
  world.aws.faults.add({ action, moment: 'after', error });
}

describe('what is on its way in AWS', () => {
  test('a role made a moment ago is waited for until EKS sees it', async () => {
    world.aws.settings.propagationMs = 9000;
    const { writer, log } = world.jobWith('createRole', 'createAssociation');
    await writer.createRole(spec);
    const start = world.clock.now();
    await writer.createAssociation(association);
    expect(world.clock.now() - start).toBeGreaterThanOrEqual(9000);
    expect(log.lines.join('\n')).toContain('EKS does not see the role yet');
  });

  test('a deleted association that EKS still counts is waited for', async () => {
    world.aws.settings.deletionMs = 5000;
    world.aws.iam.createRole({ roleName: ROLE, path: '/spaces/', trustPolicy: podTrust });
    const { writer } = world.jobWith('createAssociation', 'deleteAssociation');
    const first = await writer.createAssociation(association);
    await writer.deleteAssociation({
      ...association,
      op: 'delete-association',
      associationId: first,
      replaces: association,
    });
    expect(await writer.createAssociation(association)).not.toBe(first);
  });

  test('a creation whose answer was lost is not made twice', async () => {
    world.aws.iam.createRole({ roleName: ROLE, path: '/spaces/', trustPolicy: podTrust });
    world.aws.faults.add({
      action: 'eks:CreatePodIdentityAssociation',
      moment: 'after',
      error: { code: 'ServerException', message: 'lost', status: 500 },
    });
    const { writer } = world.jobWith('createAssociation');
    const id = await writer.createAssociation(association);
    expect(world.aws.eks.association(CLUSTER, association.namespace, serviceAccount)?.associationId).toBe(id);
    expect(world.aws.calls.filter((call) => call.action === 'CreatePodIdentityAssociation')).toHaveLength(2);
  });

  test('no more is a role, a provider or an add-on', async () => {
    const lost = ['iam:CreateRole', 'iam:CreateOpenIDConnectProvider', 'eks:CreateAddon'];
    for (const action of lost) lose(action);
    const { writer } = world.jobWith('createRole', 'createOidcProvider', 'createAddOn');
    await writer.createRole(spec);
    const audiences = ['sts.amazonaws.com'];
    const provider = { op: 'create-oidc-provider', arn: providerArn, url: issuer, audiences } as const;
    await writer.createOidcProvider({ ...provider, tags: { a: 'b' } });
    await writer.createAddOn(agent, 60_000);
    expect(world.aws.iam.role(ROLE)?.tags).toEqual(spec.tags);
    const creations = world.aws.calls.map(({ service, action }) => `${service}:${action}`);
    for (const action of lost) expect(creations.filter((name) => name === action)).toHaveLength(2);
  });

  test('a trust policy is narrowed though IAM still shows what it was before the bridge', async () => {
    const [bridge, narrow] = ['bridge', 'narrow'].map((namespace): PolicyDocument => {
      const [statement] = podTrust.Statement;
      const Condition = { StringEquals: { 'aws:RequestTag/kubernetes-namespace': namespace } };
      return { ...podTrust, Statement: statement === undefined ? [] : [{ ...statement, Condition }] };
    });
    if (bridge === undefined || narrow === undefined) throw new Error('no documents');
    world.aws.iam.createRole({ roleName: ROLE, path: '/spaces/', trustPolicy: podTrust });
    world.aws.settings.staleReadsMs = 6000;
    const { writer } = world.jobWith('putTrustPolicy');
    const write = { op: 'put-trust-policy', roleName: ROLE, document: bridge, replaces: podTrust } as const;
    await writer.putTrustPolicy(write);
    const start = world.clock.now();
    await writer.putTrustPolicy({ ...write, op: 'narrow-trust-policy', document: narrow, replaces: bridge });
    expect(world.clock.now() - start).toBeGreaterThanOrEqual(6000);
    expect(world.aws.iam.role(ROLE)?.trustPolicy).toBe(JSON.stringify(narrow));
  });

  test('a full quota is reported after one call', async () => {
    world.aws.iam.createRole({ roleName: ROLE, path: '/spaces/', trustPolicy: podTrust });
    const long = { ...podTrust, Id: 'x'.repeat(2048) };
    const failure = await failureOf(
      world.jobWith('putTrustPolicy').writer.putTrustPolicy({
        op: 'put-trust-policy',
        roleName: ROLE,
        document: long,
        replaces: podTrust,
      }),
    );
    expect(failure.reason).toBe('quota-exceeded');
    expect(failure.details.next).toContain('2048');
    expect(world.aws.calls.map(({ action }) => action)).toEqual(['GetRole', 'UpdateAssumeRolePolicy']);
  });

  test('what others hang on a role keeps it from being deleted', async () => {
    world.aws.iam.createRole({ roleName: ROLE, path: '/spaces/', trustPolicy: podTrust });
    world.aws.iam.attachRolePolicy(ROLE, 'arn:aws:iam::aws:policy/AdministratorAccess');
    const failure = await failureOf(
      world
        .jobWith('deleteRole')
        .writer.deleteRole({ op: 'delete-role', roleName: ROLE, tags: {}, trustPolicy: podTrust }),
    );
    expect(failure.details.next).toContain('arn:aws:iam::aws:policy/AdministratorAccess');
    expect(world.aws.iam.role(ROLE)?.attachedPolicies).toHaveLength(1);
  });
});

describe('signing in', () => {
  const github = 'https://token.actions.githubusercontent.com';
  const subject = 'repo:acme@7/infra@42:ref:refs/heads/main';
  const jobRole = `arn:aws:iam::${ACCOUNT}:role/job`;
  const config = {
    roleToAssume: jobRole,
    sessionName: 'run-1',
    durationSeconds: 3600,
    audience: 'sts.amazonaws.com',
    allowedAccountIds: [ACCOUNT],
  };

  async function prepare() {
    const { jwk, sign } = await tokenSigner(github);
    world.aws.addOidcKeys(github, [jwk]);
    const masks: string[] = [];
    const idToken: IdTokenSource = async (audience) => {
      const token = await sign({ sub: subject, aud: audience });
      return { token, claims: decodeClaims(token) };
    };
    const mask = (value: string) => masks.push(value);
    return {
      masks,
      dependencies: { connection: connection(), idToken, mask, log: fakeLog(), clock: world.clock },
    };
  }

  test('a refused job gets the very statement that admits it', async () => {
    const { masks, dependencies } = await prepare();
    world.aws.iam.createOidcProvider({ url: github, clientIds: ['sts.amazonaws.com'] });
    world.aws.iam.createRole({ roleName: 'job', trustPolicy: podTrust });
    const { next } = (await failureOf(signIn(config, dependencies))).details;
    const Statement: unknown = [JSON.parse(next.slice(next.indexOf('{'), next.lastIndexOf('}') + 1))];
    world.aws.iam.setTrustPolicy('job', { Version: '2012-10-17', Statement });
    const { caller, clients } = await signIn(config, dependencies);
    expect(caller.arn).toBe(`arn:aws:sts::${ACCOUNT}:assumed-role/job/run-1`);
    expect(masks).toHaveLength(3);

    world.aws.eks.addAccessEntry(CLUSTER, jobRole, { username: 'job', groups: ['spaces-workload-identity'] });
    const { token } = await createClusterToken(clients.sts, CLUSTER, world.clock);
    expect(await world.aws.verifyClusterToken(CLUSTER, token)).toMatchObject({
      groups: ['spaces-workload-identity'],
    });
  });

  test('a missing provider and an unknown audience are told apart', async () => {
    const { dependencies } = await prepare();
    world.aws.iam.createRole({ roleName: 'job', trustPolicy: podTrust });
    expect((await failureOf(signIn(config, dependencies))).details.next).toContain(
      'create-open-id-connect-provider',
    );
    world.aws.iam.createOidcProvider({ url: github, clientIds: ['other'] });
    expect((await failureOf(signIn(config, dependencies))).details.next).toContain('add-client-id');
  });

  test('a session longer than the role allows is bad input', async () => {
    const { dependencies } = await prepare();
    world.aws.iam.createOidcProvider({ url: github, clientIds: ['sts.amazonaws.com'] });
    world.aws.iam.createRole({
      roleName: 'job',
      trustPolicy: {
        Version: '2012-10-17',
        Statement: [trustStatement(jobRole, { iss: github, sub: subject, aud: 'sts.amazonaws.com' })],
      },
    });
    const failure = await failureOf(signIn({ ...config, durationSeconds: 7200 }, dependencies));
    expect(failure.reason).toBe('invalid-input');
    expect(failure.details.next).toContain('role-duration');
  });
});
