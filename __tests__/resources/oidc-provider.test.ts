/** The plan for the OIDC provider. */
import { describe, expect, test } from '@jest/globals';
import type { AnnotatedAccount } from '../../src/model/host.ts';
import type { OidcProvider } from '../../src/model/world.ts';
import { ownChanges } from '../../src/plan/entries.ts';
import { intent } from '../support/factories.ts';
import {
  ANOTHER_CLUSTERS,
  host,
  ISSUER,
  OTHER_ROLE_ARN,
  OURS,
  PROVIDER_ARN,
  ROLE_ARN,
  SERVICE_ACCOUNT,
} from '../support/names.ts';
import { only, planFor, removal, removalFor, towards } from '../support/plans.ts';
import { IRSA, PODS, settledIrsa, settledPods } from '../support/settled.ts';

const plain = { arn: PROVIDER_ARN, audiences: ['sts.amazonaws.com'], tags: {} };
const gone = (tags: OidcProvider['tags']) =>
  removal(IRSA, settledIrsa(['a'], { provider: { ...plain, tags } })).filter((text) => text.includes('oidc'));

const planned = (provider: OidcProvider | undefined, adopt = false): readonly string[] => {
  const { provider: _provider, ...base } = settledIrsa();
  return towards(intent({ adopt }), provider === undefined ? base : { ...base, provider }, 'oidc');
};

describe('the OIDC provider', () => {
  test.each<[string, OidcProvider | undefined, boolean, readonly string[]]>([
    ['is made where there is none', undefined, false, ['create oidc-provider']],
    ['is as good when others made it', plain, false, []],
    [
      'gets the audience beside those it has',
      { ...plain, audiences: ['x'] },
      false,
      ['update oidc-provider/audience'],
    ],
    ['is shared, so it is never taken over', plain, true, []],
    [
      'is never taken over when it gets the audience',
      { ...plain, audiences: [] },
      true,
      ['update oidc-provider/audience'],
    ],
    ['is not taken over from another cluster', { ...plain, tags: ANOTHER_CLUSTERS }, true, []],
    ['is ours already', { ...plain, tags: OURS }, true, []],
  ])('%s', (_what, provider, adopt, expected) => {
    expect(planned(provider, adopt)).toEqual(expected);
  });

  test('Pod Identity needs none', () => {
    expect(towards(PODS, settledPods(), 'oidc')).toEqual([]);
  });

  test('goes only when it is ours', () => {
    expect([gone(OURS), gone({}), gone(ANOTHER_CLUSTERS)]).toEqual([['delete oidc-provider'], [], []]);
  });

  const own = { namespace: host('a'), name: SERVICE_ACCOUNT, roleArn: ROLE_ARN };
  const ours = { provider: { ...plain, tags: OURS } };

  test.each<[string, readonly AnnotatedAccount[], string]>([
    ["the workload's own role", [own], 'delete'],
    ["another role under the workload's name", [{ ...own, roleArn: OTHER_ROLE_ARN }], 'keep'],
    ["the workload's role under another name", [{ ...own, name: 'billing' }], 'keep'],
    ['a role of its own', [own, { namespace: 'apps', name: 'billing', roleArn: OTHER_ROLE_ARN }], 'keep'],
  ])('stays as long as a service account carries another role: %s', (_what, annotatedAccounts, action) => {
    const plan = removal(IRSA, settledIrsa(['a'], { ...ours, annotatedAccounts }));
    expect(plan.filter((text) => text.includes('oidc'))).toEqual([`${action} oidc-provider`]);
  });

  test('names some of those that use it', () => {
    const accounts = ['a', 'b', 'c', 'd'].map((name) => ({
      namespace: 'apps',
      name,
      roleArn: OTHER_ROLE_ARN,
    }));
    const plan = removalFor(IRSA, settledIrsa(['a'], { ...ours, annotatedAccounts: accounts }));
    const kept = plan.changes.find(({ id }) => id === 'oidc-provider');
    expect(kept?.reason).toContain('apps/a, apps/b, apps/c and 1 more');
    expect(ownChanges(plan)).not.toContain(kept);
  });

  test('is deleted as it was planned on, and whose role is whose is looked at again before', () => {
    const { write, before } = only(removalFor(IRSA, settledIrsa(['a'], ours)), 'delete-oidc-provider');
    expect(write).toEqual({
      op: 'delete-oidc-provider',
      providerArn: PROVIDER_ARN,
      ownRoles: [ROLE_ARN],
      replaces: { audiences: plain.audiences, tags: OURS },
    });
    expect(before).toEqual({ audiences: plain.audiences });
  });

  test('shows the audiences that it will have', () => {
    const provider = { ...plain, audiences: ['x'] };
    const change = only(planFor(IRSA, settledIrsa(['a'], { provider })), 'add-audience');
    expect(change.after).toEqual({ url: ISSUER, audiences: ['sts.amazonaws.com', 'x'] });
  });

  test('stays when nobody has looked who uses it', () => {
    const { annotatedAccounts: _looked, ...parts } = settledIrsa(['a'], ours);
    expect(removal(IRSA, parts)).toContain('keep oidc-provider');
    const kept = removalFor(IRSA, parts).changes.find(({ id }) => id === 'oidc-provider');
    expect(kept?.reason).toBe('other service accounts may use it: they were not looked at');
  });
});
