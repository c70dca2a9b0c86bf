/** Who else gets the role by its trust policy: of a role of ours, and of one made elsewhere. */
import { describe, expect, test } from '@jest/globals';
import type { PolicyDocument, Statement } from '../../src/model/policy.ts';
import { irsaTrust, podIdentityTrust } from '../../src/policy/trust-documents.ts';
import { intent, ownedRole } from '../support/factories.ts';
import { ACCOUNT, PROVIDER_ARN, ROLE_ARN } from '../support/names.ts';
import { byPod, checkOf, irsaWorld, podWorld, soundRole, trusted, withoutProvider } from './support.ts';

const AWAY = 'arn:aws:iam::444455556666:root';
const GITHUB = `arn:aws:iam::${ACCOUNT}:oidc-provider/token.actions.githubusercontent.com`;
const elsewhere = intent({ role: { kind: 'referenced', arn: ROLE_ARN } });
const elsewhereByPod = intent({ identity: 'pod-identity', role: { kind: 'referenced', arn: ROLE_ARN } });
const exact = irsaTrust(trusted);
const exactPods = podIdentityTrust(trusted);

const of = (...Statement: readonly Statement[]): PolicyDocument => ({ Version: '2012-10-17', Statement });
const and = (document: PolicyDocument, ...more: readonly Statement[]) => of(...document.Statement, ...more);
const assume = (Principal: Statement['Principal'], Condition: Statement['Condition'] = {}): Statement => ({
  Effect: 'Allow',
  ...(Principal !== undefined && { Principal }),
  Action: ['sts:AssumeRole', 'sts:AssumeRoleWithWebIdentity', 'sts:TagSession'],
  Condition,
});
const irsa = (trustPolicy: PolicyDocument, asked = intent()) =>
  checkOf('trust-policy', irsaWorld({ role: soundRole({ trustPolicy }) }), {}, asked);
const pods = (trustPolicy: PolicyDocument, asked = byPod) =>
  checkOf('trust-policy', podWorld({ role: soundRole({ trustPolicy }) }), {}, asked);

describe('a sound statement, and another principal beside it', () => {
  test.each<[string, Statement['Principal'], Statement['Condition'], string, string]>([
    ['everybody', '*', {}, 'fail', 'the trust policy is open to everybody'],
    ['every user and role', { AWS: '*' }, {}, 'fail', 'the trust policy is open to everybody'],
    ['every service', { Service: '*' }, {}, 'fail', 'open to every Service principal'],
    [
      'every service, under a condition',
      { Service: '*' },
      { StringEquals: { 'aws:SourceAccount': ACCOUNT } },
      'warn',
      'every Service principal',
    ],
    [
      'everybody over TLS',
      { AWS: ['*'] },
      { Bool: { 'aws:SecureTransport': 'true' } },
      'fail',
      'open to everybody',
    ],
    [
      'everybody but one account',
      { AWS: '*' },
      { StringNotEquals: { 'aws:PrincipalAccount': '444455556666' } },
      'fail',
      'open to everybody',
    ],
    [
      'everybody of an organisation',
      { AWS: '*' },
      { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } },
      'warn',
      'everybody who meets its conditions',
    ],
    [
      'everybody with a session name',
      { AWS: '*' },
      { StringLike: { 'sts:RoleSessionName': 'eso-*' } },
      'unknown',
      'whether everybody is admitted too could not be determined: StringLike on sts:RoleSessionName',
    ],
    ['another account', { AWS: AWAY }, {}, 'warn', `and with it ${AWAY}`],
    ['another account by its number', { AWS: '444455556666' }, {}, 'warn', 'and with it 444455556666'],
    [
      'an account with an external id',
      { AWS: AWAY },
      { StringEquals: { 'sts:ExternalId': 'x' } },
      'warn',
      AWAY,
    ],
    ['another service', { Service: ['ec2.amazonaws.com'] }, {}, 'warn', 'ec2.amazonaws.com'],
    ['another provider without a subject', { Federated: GITHUB }, {}, 'warn', `any identity of ${GITHUB}`],
    [
      'another provider with a subject',
      { Federated: GITHUB },
      { StringLike: { 'token.actions.githubusercontent.com:sub': 'repo:*' } },
      'warn',
      `and with it ${GITHUB}`,
    ],
    ['the role itself', { AWS: ROLE_ARN }, {}, 'pass', 'refuses any namespace'],
  ])('%s', (_who, principal, condition, status, said) => {
    for (const asked of [intent(), elsewhere]) {
      expect(irsa(and(exact, assume(principal, condition)), asked)).toMatchObject({
        status,
        detail: expect.stringContaining(said),
      });
    }
    expect(pods(and(exactPods, assume(principal, condition))).status).toBe(status);
  });

  test('SAML lets in by its own action', () => {
    const saml = { Federated: `arn:aws:iam::${ACCOUNT}:saml-provider/corp` };
    expect(irsa(and(exact, { ...assume(saml), Action: 'sts:AssumeRoleWithSAML' })).status).toBe('warn');
    expect(irsa(and(exact, assume(saml))).status).toBe('pass');
  });

  test('who is denied, or may only tag, is not let in', () => {
    const deny: Statement = { Effect: 'Deny', Principal: { AWS: AWAY }, Action: 'sts:*' };
    const denyAll: Statement = {
      Effect: 'Deny',
      Principal: '*',
      Action: 'sts:AssumeRole',
      Condition: { StringNotEquals: { 'aws:PrincipalOrgID': 'o-1' } },
    };
    const away: Statement = { ...assume({ AWS: AWAY }), Action: 'sts:TagSession' };
    expect(irsa(and(exact, away)).status).toBe('pass');
    expect(irsa(and(exact, assume({ AWS: AWAY }), deny)).status).toBe('pass');
    const anybody: Statement = { ...assume({ AWS: '*' }), Action: 'sts:AssumeRole' };
    expect(irsa(and(exact, anybody, denyAll)).status).toBe('warn');
  });

  test('what everybody is denied without TLS opens nothing', () => {
    const insecure: Statement = {
      Effect: 'Deny',
      Principal: '*',
      Action: 'sts:*',
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    };
    expect(irsa(and(exact, insecure))).toMatchObject({
      status: 'pass',
      detail: expect.not.stringContaining('everybody'),
    });
  });

  test('all but some can’t be told', () => {
    expect(irsa(and(exact, { Effect: 'Allow', NotPrincipal: { AWS: AWAY }, Action: 'sts:*' })).status).toBe(
      'unknown',
    );
  });

  test('nor can a statement without a principal', () => {
    expect(irsa(and(exact, { Effect: 'Allow', Action: 'sts:*' })).status).toBe('unknown');
  });

  test('everybody alone is open, whether or not that lets this one in', () => {
    expect(irsa(of(assume('*')))).toMatchObject({
      status: 'fail',
      detail: 'the trust policy is open to everybody',
    });
    expect(irsa(of({ ...assume('*'), Action: 'sts:AssumeRoleWithWebIdentity' })).status).toBe('unknown');
  });
});

describe('the other mechanism in the same policy', () => {
  test('bound to its control planes it is no news; wide, it is told', () => {
    expect(irsa(and(exact, ...exactPods.Statement)).status).toBe('pass');
    const wide = podIdentityTrust({ ...trusted, scope: 'any-namespace' });
    for (const asked of [intent(), elsewhere]) {
      expect(irsa(and(exact, ...wide.Statement), asked)).toMatchObject({
        status: 'warn',
        detail: expect.stringContaining('any namespace by EKS Pod Identity'),
      });
    }
    const asked = intent({ role: ownedRole({ trustScope: 'pattern' }) });
    const patterns = [irsaTrust, podIdentityTrust].map((make) => make({ ...trusted, scope: 'pattern' }));
    expect(irsa(of(...patterns.flatMap(({ Statement: all }) => all)), asked).status).toBe('pass');
    const wideIrsa = irsaTrust({ ...trusted, scope: 'any-namespace' });
    expect(pods(and(exactPods, ...wideIrsa.Statement)).detail).toContain('any namespace by IRSA');
  });
});

describe('a role made elsewhere is as wide as its makers want it', () => {
  test('the trust of AWS’s guide, eksctl and Terraform’s module', () => {
    const guide = of(assume({ Service: 'pods.eks.amazonaws.com' }));
    expect(pods(guide, elsewhereByPod)).toMatchObject({
      status: 'warn',
      detail:
        'admits this service account by EKS Pod Identity, and with it any namespace, another service account, another cluster',
    });
    expect(pods(guide).status).toBe('fail');
    const { Condition: _none, ...bare } = assume({ Service: 'pods.eks.amazonaws.com' });
    expect(pods(of(bare), elsewhereByPod)).toStrictEqual(pods(guide, elsewhereByPod));
  });

  test.each(['system:serviceaccount:*:*', 'system:serviceaccount:*', '*'])('a subject of %s', (subject) => {
    const text = JSON.stringify(irsaTrust({ ...trusted, scope: 'any-namespace' }));
    // eslint-disable-next-line typescript/no-unsafe-type-assertion -- a policy with another word in it
    const wide = JSON.parse(text.replace(/system:serviceaccount:[^"]*/, subject)) as PolicyDocument;
    expect(irsa(wide, elsewhere)).toMatchObject({
      status: 'warn',
      detail: 'admits this service account by IRSA, and with it any namespace, another service account',
    });
    expect(irsa(wide).status).toBe('fail');
  });

  test('host namespaces too: only what this action’s own inputs ask for passes', () => {
    const pattern = irsaTrust({ ...trusted, scope: 'pattern' });
    expect(irsa(pattern, elsewhere)).toMatchObject({
      status: 'warn',
      detail: expect.stringContaining('any host namespace'),
    });
  });

  test('what can’t be told of others is told as such', () => {
    const wide = irsaTrust({ ...trusted, scope: 'any-namespace' });
    const guarded = wide.Statement.map((one) => ({
      ...one,
      Condition: { ...one.Condition, IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } },
    }));
    expect(irsa(and(exact, ...guarded), elsewhere)).toMatchObject({
      status: 'warn',
      detail: expect.stringContaining('perhaps any namespace'),
    });
  });
});

describe('what STS looks at before the trust policy', () => {
  test.each([
    ['no provider', withoutProvider(irsaWorld()), `there is no OIDC provider ${PROVIDER_ARN}`],
    [
      'a provider without the audience',
      irsaWorld({ provider: { arn: PROVIDER_ARN, audiences: ['vault'], tags: {} } }),
      'does not list audience sts.amazonaws.com',
    ],
  ])('%s', (_what, parts, said) => {
    expect(checkOf('trust-policy', parts)).toMatchObject({
      status: 'fail',
      detail: expect.stringContaining(said),
    });
  });
});
