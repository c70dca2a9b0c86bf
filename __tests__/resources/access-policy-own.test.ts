/** What each control plane may read alone, in the role's policy: by each mechanism, on the move, and within the quota. */
import { describe, expect, test } from '@jest/globals';
import { desiredAccess } from '../../src/desired/access.ts';
import type { Identity, Intent, OwnedRole } from '../../src/model/config.ts';
import type { PolicyDocument } from '../../src/model/policy.ts';
import { ACCESS_POLICY_NAME } from '../../src/policy/access-policy.ts';
import { policySize } from '../../src/policy/equivalence.ts';
import { association, controlPlane, intent, ownedRole, role, type WorldParts } from '../support/factories.ts';
import { host, ISSUER_HOST, SERVICE_ACCOUNT, uuid } from '../support/names.ts';
import { planFor } from '../support/plans.ts';
import { settledIrsa, settledPods } from '../support/settled.ts';
import { desiredOf, worldOf } from '../support/world-of.ts';

const own = (identity: Identity, overrides: Partial<OwnedRole> = {}): Intent =>
  intent({ identity, role: ownedRole({ secretPrefixes: ['teams/{group}/{name}/'], ...overrides }) });

const accessOf = (asked: Intent, parts: WorldParts) => desiredAccess(desiredOf(asked), worldOf(asked, parts));
const namesIn = ({ Statement }: PolicyDocument): readonly string[] =>
  Statement.map(({ Resource = [], Condition = {} }) => {
    const resources = [Resource].flat().map((arn) => arn.split(':').slice(5).join(':'));
    const values = Object.values(Condition).flatMap((block) => Object.entries(block).flat(2));
    return [...resources, ...values].join(' ');
  });

const TAG = 'aws:PrincipalTag/kubernetes-namespace';
const subject = (id: string) => `system:serviceaccount:${host(id)}:${SERVICE_ACCOUNT}`;
const PODS = settledPods(['a', 'b']);
const IRSA = settledIrsa(['a', 'b']);
const holding = (parts: WorldParts, document: PolicyDocument): WorldParts => ({
  ...parts,
  role: { ...(parts.role ?? role()), inlinePolicies: { [ACCESS_POLICY_NAME]: document } },
});

describe('one statement a control plane', () => {
  test('bound by the tag that EKS gives its sessions', () => {
    expect(namesIn(accessOf(own('pod-identity'), PODS).final)).toEqual([
      `secret:teams/team-a/ctp-a/* ${TAG} ${host('a')}`,
      `secret:teams/team-a/ctp-b/* ${TAG} ${host('b')}`,
    ]);
  });

  test('bound by the subject of its token', () => {
    expect(namesIn(accessOf(own('irsa'), IRSA).final)).toEqual([
      `secret:teams/team-a/ctp-a/* ${ISSUER_HOST}:sub ${subject('a')}`,
      `secret:teams/team-a/ctp-b/* ${ISSUER_HOST}:sub ${subject('b')}`,
    ]);
  });

  test('for both services together, beside what all may read and the keys', () => {
    const asked = own('pod-identity', {
      secretPrefixes: ['shared/', '{name}/'],
      parameterPrefixes: ['/{name}/'],
      kmsKeyArns: ['arn:aws:kms:eu-central-1:111122223333:key/1'],
    });
    const { final, statements } = accessOf(asked, settledPods(['a']));
    expect(statements).toBe(1);
    expect(namesIn(final)).toEqual([
      'secret:shared/*',
      `secret:ctp-a/* parameter/ctp-a/* ${TAG} ${host('a')}`,
      expect.stringContaining('key/1 kms:ViaService'),
    ]);
    expect(final.Statement[1]?.Action).toEqual([
      'secretsmanager:DescribeSecret',
      'secretsmanager:GetSecretValue',
      'ssm:GetParameter',
      'ssm:ListTagsForResource',
    ]);
  });

  test('but for a sole {namespace}, which sessions of Pod Identity tell themselves', () => {
    const asked = { secretPrefixes: ['t/{namespace}/'], parameterPrefixes: ['/{namespace}/'] };
    expect(namesIn(accessOf(own('pod-identity', asked), PODS).final)).toEqual(
      [`parameter/\${${TAG}}/* secret:t/\${${TAG}}/*`].map((text) => text.split(' ').toReversed().join(' ')),
    );
    expect(namesIn(accessOf(own('irsa', asked), IRSA).final)).toHaveLength(2);
  });
});

const withoutB = (parts: WorldParts): WorldParts => ({
  ...parts,
  controlPlanes: [controlPlane('a'), controlPlane('b', { selected: false })],
});

describe('who has one', () => {
  test('also who is not selected and keeps the role', () => {
    expect(namesIn(accessOf(own('pod-identity'), withoutB(PODS)).final)).toHaveLength(2);
  });

  test('of one that keeps the role and can’t be named any more, what it has stays as it is', () => {
    const asked = own('pod-identity');
    const before = accessOf(asked, PODS).final;
    const nameless = {
      ...PODS,
      controlPlanes: [controlPlane('a')],
      namespaces: [{ name: host('a') }, { name: host('b') }],
    };
    const { final } = accessOf(asked, holding(nameless, before));
    expect(namesIn(final)).toEqual(namesIn(before));
    expect(namesIn(accessOf(asked, nameless).final)).toHaveLength(1);
  });

  test('not who is gone', () => {
    const gone = { ...settledPods(['a']), associations: [association('a')] };
    expect(namesIn(accessOf(own('pod-identity'), gone).final)).toHaveLength(1);
  });

  test.each(['pattern', 'any-namespace'] as const)(
    'with trust-scope %s every control plane, selected or not',
    (trustScope) => {
      const apart = {
        ...withoutB(PODS),
        associations: [association('a')],
        workloads: settledPods(['a']).workloads,
      };
      expect(namesIn(accessOf(own('pod-identity', { trustScope }), apart).final)).toHaveLength(2);
      expect(namesIn(accessOf(own('pod-identity'), { ...apart, role: role() }).final)).toHaveLength(1);
    },
  );
});

describe('on the way from one mechanism to the other', () => {
  const before = accessOf(own('irsa'), IRSA).final;
  const moving = holding(IRSA, before);
  const plan = planFor(own('pod-identity'), moving);
  const access = plan.changes.filter(({ id }) => id.startsWith('role/access-policy'));

  test('pods go on reading by what is there until they have moved', () => {
    expect(access.map(({ id, address, write }) => [id, address, write.op])).toEqual([
      ['role/access-policy', 'role/access-policy/bridge', 'put-inline-policy'],
      ['role/access-policy', 'role/access-policy', 'narrow-inline-policy'],
    ]);
    const [bridge, narrowed] = access;
    expect(bridge).toMatchObject({
      before,
      effect: 'what either lets them read stays until the pods have moved',
    });
    expect(narrowed?.before).toEqual(bridge?.after);
    const { bridge: both, final } = accessOf(own('pod-identity'), moving);
    expect([bridge?.after, narrowed?.after]).toEqual([both, final]);
    expect(both?.Statement).toEqual([...before.Statement, ...final.Statement]);
  });

  test('a run that was cut off there goes on with the second half', () => {
    const { bridge } = accessOf(own('pod-identity'), moving);
    if (bridge === undefined) throw new Error('no bridge');
    const rest = planFor(own('pod-identity'), holding(IRSA, bridge)).changes.filter(({ id }) =>
      id.startsWith('role/access'),
    );
    expect(rest.map(({ id, write, before: from }) => [id, write.op, from])).toEqual([
      ['role/access-policy', 'narrow-inline-policy', bridge],
    ]);
  });

  test('to the same for all they keep what is their own as long', () => {
    expect(
      accessOf(own('pod-identity', { secretPrefixes: ['shared/'] }), moving).bridge?.Statement,
    ).toHaveLength(3);
  });

  test('nothing is bridged where nobody is told apart, where nobody moves, or where there is nothing yet', () => {
    expect(accessOf(intent({ identity: 'pod-identity' }), IRSA).bridge).toBeUndefined();
    expect(accessOf(own('irsa'), holding(IRSA, before)).bridge).toBeUndefined();
    expect(
      accessOf(own('pod-identity'), {
        ...IRSA,
        role: role({ trustPolicy: (IRSA.role ?? role()).trustPolicy }),
      }).bridge,
    ).toBeUndefined();
    const wider = {
      ...before,
      Statement: [...before.Statement, ...accessOf(own('pod-identity'), PODS).final.Statement],
    };
    expect(accessOf(own('pod-identity'), holding(IRSA, wider)).bridge).toBeDefined();
  });

  test('a pod that this run may not restart keeps what it reads by', () => {
    const left = { ...own('pod-identity'), restart: 'never' as const };
    expect(namesIn(accessOf(left, moving).final)).toHaveLength(4);
  });
});

const ids = (count: number) => Array.from({ length: count }, (_, n) => uuid(n));

const blockersOf = (asked: Intent, parts: WorldParts) =>
  planFor(asked, { ...parts, trustPolicyQuota: 100_000 }).blockers.filter(({ message }) =>
    message.includes('inline policies'),
  );

describe('the quota', () => {
  /** Names as people give them, IDs as Spaces does. */
  const named = (count: number): Pick<WorldParts, 'controlPlanes'> => ({
    controlPlanes: ids(count).map((id, n) => controlPlane(id, { name: `ctp-${n}` })),
  });

  test.each<[Intent, WorldParts]>([
    [own('pod-identity'), settledPods(ids(32), named(32))],
    [own('irsa'), settledIrsa(ids(25), named(25))],
  ])('holds about thirty control planes by Pod Identity and twenty-five by IRSA', (asked, parts) => {
    expect(blockersOf(asked, parts)).toEqual([]);
    expect(policySize(accessOf(asked, parts).final)).toBeLessThanOrEqual(10_240);
  });

  test('any number by {namespace} alone with Pod Identity', () => {
    expect(
      blockersOf(own('pod-identity', { secretPrefixes: ['{namespace}/'] }), settledPods(ids(60))),
    ).toEqual([]);
  });

  test.each<[Intent, WorldParts, string]>([
    [own('pod-identity'), settledPods(ids(60)), 'use `{namespace}` as the only placeholder'],
    [own('pod-identity'), settledPods(ids(60)), 'use `isolate-by: session-policy`'],
    [own('irsa'), settledIrsa(ids(60)), 'or with `isolate-by: session-policy`'],
    [
      own('irsa'),
      settledIrsa(ids(60)),
      'use `identity: pod-identity` with `{namespace}` as the only placeholder',
    ],
  ])('is told with the ways out before anything is written', (asked, parts, way) => {
    const [blocker] = blockersOf(asked, parts);
    expect(blocker).toMatchObject({
      reason: 'quota-exceeded',
      message: expect.stringContaining('with a statement for each of 60 control planes'),
    });
    expect(blocker?.next).toContain(way);
    expect(blocker?.next).toContain('serve fewer control planes with this role');
  });

  test('may hold the end of a move and not the way there: then some go first', () => {
    const names = ids(20);
    const before = accessOf(own('irsa'), settledIrsa(names)).final;
    const [blocker] = blockersOf(own('pod-identity'), holding(settledIrsa(names), before));
    expect(blocker?.message).toContain('while pods move, with what either mechanism lets them read,');
    expect(blocker?.next).toContain('move some control planes first, with `control-planes`');
  });
});
