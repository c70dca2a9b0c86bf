/** Workloads of the cluster that a trust policy names, and that are no control plane's. */
import { describe, expect, test } from '@jest/globals';
import type { PolicyDocument, Statement } from '../../src/model/policy.ts';
import { irsaTrust, podIdentityTrust } from '../../src/policy/trust-documents.ts';
import { intent } from '../support/factories.ts';
import { host, ROLE_ARN, SERVICE_ACCOUNT } from '../support/names.ts';
import { byPod, checkOf, irsaWorld, podWorld, soundRole, trusted } from './support.ts';

const elsewhere = intent({ role: { kind: 'referenced', arn: ROLE_ARN } });
const exact = irsaTrust(trusted);
const exactPods = podIdentityTrust(trusted);

const of = (...Statement: readonly Statement[]): PolicyDocument => ({ Version: '2012-10-17', Statement });
const and = (document: PolicyDocument, ...more: readonly Statement[]) => of(...document.Statement, ...more);
const irsa = (trustPolicy: PolicyDocument, asked = intent()) =>
  checkOf('trust-policy', irsaWorld({ role: soundRole({ trustPolicy }) }), {}, asked);
const pods = (trustPolicy: PolicyDocument, asked = byPod) =>
  checkOf('trust-policy', podWorld({ role: soundRole({ trustPolicy }) }), {}, asked);

const bySubject = (subject: string): PolicyDocument => {
  const [statement] = exact.Statement;
  const key =
    Object.keys(statement?.Condition?.['StringEquals'] ?? {}).find((name) => name.endsWith(':sub')) ?? '';
  return and(exact, { ...statement, Effect: 'Allow', Condition: { StringLike: { [key]: subject } } });
};
const byTags = (tags: Readonly<Record<string, string>>): PolicyDocument =>
  and(exactPods, {
    Effect: 'Allow',
    Principal: { Service: 'pods.eks.amazonaws.com' },
    Action: ['sts:AssumeRole', 'sts:TagSession'],
    Condition: {
      StringLike: Object.fromEntries(
        Object.entries(tags).map(([name, value]) => [`aws:RequestTag/kubernetes-${name}`, value]),
      ),
    },
  });

describe('workloads of the cluster that the policy names, and none of a control plane', () => {
  test.each([
    `system:serviceaccount:attacker:${SERVICE_ACCOUNT}`,
    `system:serviceaccount:team-*:${SERVICE_ACCOUNT}`,
    `system:serviceaccount:mxp-b?*-system:${SERVICE_ACCOUNT}`,
    `system:serviceaccount:${host('a')}:backup`,
    'system:serviceaccount:kube-*',
  ])('%s by IRSA: told, of a role of ours and of one made elsewhere', (subject) => {
    for (const asked of [intent(), elsewhere]) {
      expect(irsa(bySubject(subject), asked)).toMatchObject({
        status: 'warn',
        detail: `admits this service account by IRSA, and with it ${subject}`,
      });
    }
    expect(pods(and(exactPods, ...bySubject(subject).Statement.slice(1))).detail).toContain(
      `and with it ${subject} by IRSA`,
    );
  });

  test.each([
    [{ namespace: 'attacker', 'service-account': SERVICE_ACCOUNT }, `attacker:${SERVICE_ACCOUNT}`],
    [{ namespace: host('a'), 'service-account': 'backup' }, `${host('a')}:backup`],
    [{ 'service-account': 'backup' }, `${host('a')}:backup`],
  ])('%j by Pod Identity', (tags, subject) => {
    expect(pods(byTags(tags))).toMatchObject({
      status: 'warn',
      detail: `admits this service account by EKS Pod Identity, and with it system:serviceaccount:${subject}`,
    });
  });

  test('what is said of all of them is not said of each', () => {
    const any = `system:serviceaccount:*:${SERVICE_ACCOUNT}`;
    const both = and(
      bySubject(any),
      ...bySubject(`system:serviceaccount:attacker:${SERVICE_ACCOUNT}`).Statement,
    );
    expect(irsa(both, elsewhere).detail).toBe(
      'admits this service account by IRSA, and with it any namespace',
    );
  });

  test('those of control planes are no news, gone or not selected, nor who is denied', () => {
    const known = [host('a'), 'mxp-gone-system'].map(
      (name) => `system:serviceaccount:${name}:${SERVICE_ACCOUNT}`,
    );
    for (const subject of [...known, 'system:serviceaccount::', 'repo:org/repo'])
      expect(irsa(bySubject(subject)).status).toBe('pass');
    const attacker = bySubject(`system:serviceaccount:attacker:${SERVICE_ACCOUNT}`);
    const denied = attacker.Statement.slice(1).map((one): Statement => ({ ...one, Effect: 'Deny' }));
    expect(irsa(and(attacker, ...denied)).status).toBe('pass');
  });

  test('under a condition that is not known: perhaps', () => {
    const policy = bySubject(`system:serviceaccount:attacker:${SERVICE_ACCOUNT}`);
    const guarded = policy.Statement.slice(1).map((one) => ({
      ...one,
      Condition: { ...one.Condition, IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } },
    }));
    expect(irsa(and(exact, ...guarded), elsewhere).detail).toContain(
      'and with it perhaps system:serviceaccount:attacker',
    );
  });
});
