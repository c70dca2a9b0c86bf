/** The check of the trust policy. */
import { describe, expect, test } from '@jest/globals';
import type { CheckStatus } from '../../src/model/check.ts';
import type { TrustScope } from '../../src/model/config.ts';
import type { PolicyDocument } from '../../src/model/policy.ts';
import { irsaTrust, podIdentityTrust } from '../../src/policy/trust-documents.ts';
import { cluster, intent, issuerless, ownedRole, role } from '../support/factories.ts';
import { host, ISSUER, OTHER_ROLE_ARN, ROLE_ARN } from '../support/names.ts';
import { placeOf } from '../support/world-of.ts';
import { checkOf, irsaWorld, podWorld, PROVIDER, soundRole, trusted, withoutRole } from './support.ts';

const scoped = (trustScope: TrustScope, identity: 'irsa' | 'pod-identity' = 'irsa') =>
  intent({ identity, role: ownedRole({ trustScope }) });
const referenced = (identity: 'irsa' | 'pod-identity' = 'irsa', arn = ROLE_ARN) =>
  intent({ identity, role: { kind: 'referenced', arn } });

const ofAnotherIssuer = placeOf(intent(), cluster({ issuer: `${ISSUER}X` })).target;

const byIrsa = (document: PolicyDocument, asked = intent()) =>
  checkOf('trust-policy', irsaWorld({ role: soundRole({ trustPolicy: document }) }), {}, asked);
const byPods = (document: PolicyDocument, asked = scoped('exact', 'pod-identity'), tags = true) =>
  checkOf(
    'trust-policy',
    podWorld({ role: soundRole({ trustPolicy: document }) }, { disableSessionTags: !tags }),
    {},
    asked,
  );

/** A document in other words. */
const edited = (document: PolicyDocument, from: string, to: string): PolicyDocument => {
  const text = JSON.stringify(document);
  if (!text.includes(from)) throw new Error(`no ${from} in ${text}`);
  // eslint-disable-next-line typescript/no-unsafe-type-assertion -- a policy with another word in it
  return JSON.parse(text.replace(from, to)) as PolicyDocument;
};

describe('IRSA', () => {
  const exact = irsaTrust(trusted);

  test('exactly this one passes, and the detail says who is refused', () => {
    const { status, detail } = byIrsa(exact);
    expect(status).toBe('pass');
    expect(detail).toBe(
      'admits this service account by IRSA; refuses any namespace, any host namespace, another service account',
    );
  });

  test.each<[string, PolicyDocument]>([
    ['another namespace', irsaTrust({ ...trusted, namespaces: [host('b')] })],
    ['another service account', irsaTrust({ ...trusted, serviceAccount: 'eso' })],
    ['another issuer', irsaTrust({ ...trusted, target: ofAnotherIssuer })],
    ['the other mechanism', podIdentityTrust(trusted)],
    ['nobody', { Statement: [] }],
  ])('%s alone: not admitted', (_what, document) => {
    expect(byIrsa(document)).toMatchObject({
      status: 'fail',
      detail: expect.stringContaining('does not admit it'),
    });
  });

  test('a Deny is named as such', () => {
    const [first] = exact.Statement;
    const deny = { ...first, Effect: 'Deny' as const };
    expect(byIrsa({ Statement: [...exact.Statement, deny] }).detail).toContain('denies it');
  });

  test.each<[TrustScope, TrustScope, string]>([
    ['pattern', 'exact', 'fail'],
    ['any-namespace', 'exact', 'fail'],
    ['any-namespace', 'pattern', 'fail'],
    ['pattern', 'pattern', 'pass'],
    ['any-namespace', 'any-namespace', 'warn'],
    ['pattern', 'any-namespace', 'pass'],
  ])('trusts %s where %s was asked for: %s', (scope, asked, status) => {
    const found = byIrsa(irsaTrust({ ...trusted, scope }), scoped(asked));
    expect(found.status).toBe(status);
    expect(found.detail).toContain(scope === 'pattern' ? 'any host namespace' : 'any namespace');
  });

  test('whatever service account or audience: nobody asked for that', () => {
    const anyAccount = edited(exact, '"StringEquals":{', '"StringLike":{');
    const account = edited(anyAccount, 'mxp-a-system:external-secrets-controller', 'mxp-a-system:*');
    expect(byIrsa(account)).toMatchObject({
      status: 'fail',
      detail: expect.stringContaining('another service account'),
    });
    const audience = edited(anyAccount, 'sts.amazonaws.com"', '*"');
    const provider = { ...PROVIDER, audiences: ['sts.amazonaws.com', 'vault'] };
    const parts = irsaWorld({ role: soundRole({ trustPolicy: audience }), provider });
    expect(checkOf('trust-policy', parts)).toMatchObject({
      status: 'fail',
      detail: expect.stringContaining('tokens for audience vault'),
    });
    expect(checkOf('trust-policy', irsaWorld({ role: soundRole({ trustPolicy: audience }) })).status).toBe(
      'pass',
    );
  });

  test('a role made elsewhere may trust more namespaces: that is told', () => {
    const wide = irsaTrust({ ...trusted, scope: 'any-namespace' });
    expect(byIrsa(wide, referenced())).toMatchObject({
      status: 'warn',
      detail: expect.stringContaining('and with it any namespace'),
    });
    expect(byIrsa(exact, referenced()).status).toBe('pass');
  });

  test('a condition that can’t be evaluated here is unknown', () => {
    const guarded = edited(
      exact,
      '"StringEquals":{',
      '"IpAddress":{"aws:SourceIp":"10.0.0.0/8"},"StringEquals":{',
    );
    const found = byIrsa(guarded);
    expect(found).toMatchObject({
      status: 'unknown',
      detail: expect.stringContaining('IpAddress on aws:SourceIp'),
    });
    // Beside the sound statement, it leaves open only who else gets in.
    const wide = irsaTrust({ ...trusted, scope: 'any-namespace' });
    const perhaps = edited(wide, '"Condition":{', '"Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"},');
    expect(byIrsa({ Statement: [...exact.Statement, ...perhaps.Statement] })).toMatchObject({
      status: 'unknown',
      detail: expect.stringContaining(
        'whether any namespace is admitted too could not be determined: IpAddress on',
      ),
    });
  });

  test('a cluster without an issuer has no tokens to admit', () => {
    const parts = irsaWorld({ cluster: issuerless(), role: soundRole({ trustPolicy: exact }) });
    expect(checkOf('trust-policy', parts)).toMatchObject({
      status: 'fail',
      detail: expect.stringContaining('does not admit it'),
    });
  });
});

describe('EKS Pod Identity', () => {
  const exact = podIdentityTrust(trusted);

  test('exactly this one passes', () => {
    expect(byPods(exact)).toMatchObject({
      status: 'pass',
      detail: expect.stringContaining('another cluster'),
    });
  });

  test("both actions are needed, the cluster's own ARN, and the tags", () => {
    expect(byPods(edited(exact, ',"sts:TagSession"', '')).status).toBe('fail');
    expect(byPods(edited(exact, 'cluster/space-prod', 'cluster/other')).status).toBe('fail');
    expect(
      byPods(
        edited(exact, '"aws:RequestTag/kubernetes-namespace":"mxp-a-system"', '"aws:RequestTag/cluster":"x"'),
      ).status,
    ).toBe('fail');
    expect(byPods(exact, scoped('exact', 'pod-identity'), false).status).toBe('fail');
  });

  test('no condition on the cluster, or on the namespace', () => {
    const anyCluster = edited(exact, `,"ArnEquals":{"aws:SourceArn":"${trusted.target.clusterArn}"}`, '');
    expect(byPods(anyCluster)).toMatchObject({
      status: 'fail',
      detail: expect.stringContaining('another cluster'),
    });
    const wide = podIdentityTrust({ ...trusted, scope: 'any-namespace' });
    expect(byPods(wide).status).toBe('fail');
    expect(byPods(wide, scoped('any-namespace', 'pod-identity')).status).toBe('warn');
  });

  test('without session tags, only the association tells workloads apart: that is told', () => {
    const untagged = edited(
      edited(exact, '"aws:RequestTag/kubernetes-service-account":"external-secrets-controller",', ''),
      ',"aws:RequestTag/kubernetes-namespace":"mxp-a-system"',
      '',
    );
    expect(JSON.stringify(untagged)).not.toContain('RequestTag');
    expect(byPods(untagged, scoped('exact', 'pod-identity'), false).status).toBe('warn');
  });

  test('a condition on a pod’s own tags can’t be told', () => {
    const pod = edited(
      exact,
      '"StringEquals":{',
      '"StringEquals":{"aws:RequestTag/kubernetes-pod-name":"x",',
    );
    expect(byPods(pod).status).toBe('unknown');
  });
});

test('no role, another role of the name, and a role of another account', () => {
  expect(checkOf('trust-policy', withoutRole(irsaWorld()))).toMatchObject({
    status: 'fail',
    detail: expect.stringContaining('does not exist'),
  });
  const other = irsaWorld({ role: role({ arn: OTHER_ROLE_ARN }) });
  const said = expect.stringContaining('the role of this name is');
  expect(checkOf('trust-policy', other)).toMatchObject({ status: 'fail', detail: said });

  const away = ROLE_ARN.replace('111122223333', '444455556666');
  const passed = {
    access: { status: 'pass' as const, detail: '' },
    negative: { status: 'pass' as const, detail: '' },
  };
  const proofs = new Map([[host('a'), passed]]);
  for (const check of ['trust-policy', 'permissions'] as const) {
    expect(checkOf(check, irsaWorld(), {}, referenced('irsa', away)).status).toBe('unknown');
    const proven = (probed: boolean) =>
      checkOf(check, irsaWorld(), { proofs, probed }, referenced('irsa', away)).status;
    expect(proven(true)).toBe('warn');
    // That the role was assumed says nothing of what it may read.
    expect(proven(false)).toBe(check === 'permissions' ? 'unknown' : 'warn');
    expect(checkOf(check, podWorld(), { proofs }, referenced('pod-identity', away)).status).toBe('fail');
  }
});

const sourceIp = { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } };
const conditioned = (document: PolicyDocument): PolicyDocument => ({
  ...document,
  Statement: document.Statement.map((one) => ({ ...one, Condition: { ...one.Condition, ...sourceIp } })),
});
const bound = irsaWorld({ role: soundRole({ trustPolicy: conditioned(irsaTrust(trusted)) }) });

/** Of the one control plane. */
const proofs = (status: CheckStatus) =>
  new Map([
    [host('a'), { access: { status, detail: '' }, negative: { status: 'pass' as const, detail: '' } }],
  ]);

describe('a condition that can’t be evaluated, in a role made elsewhere', () => {
  test.each<[CheckStatus | undefined, CheckStatus]>([
    [undefined, 'unknown'],
    ['fail', 'unknown'],
    ['unknown', 'unknown'],
    ['pass', 'warn'],
  ])('with a proof that is %s: %s', (proven, status) => {
    const evidence = proven === undefined ? {} : { proofs: proofs(proven) };
    const found = checkOf('trust-policy', bound, evidence, referenced());
    expect(found).toMatchObject({ status, detail: expect.stringContaining('IpAddress on aws:SourceIp') });
    expect(found.detail.includes('the proof of access has passed')).toBe(status === 'warn');
  });

  test('no proof makes up for a refusal, nor for what a role of ours should not have', () => {
    const refusing = irsaWorld({ role: soundRole({ trustPolicy: { Statement: [] } }) });
    expect(checkOf('trust-policy', refusing, { proofs: proofs('pass') }, referenced()).status).toBe('fail');
    expect(checkOf('trust-policy', bound, { proofs: proofs('pass') }).status).toBe('unknown');
  });
});
