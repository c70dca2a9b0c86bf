import { describe, expect, test } from '@jest/globals';
import type { OidcProvider } from '../../src/model/world.ts';
import { intent } from '../support/factories.ts';
import { ANOTHER_CLUSTERS, OURS, PROVIDER_ARN } from '../support/names.ts';
import { removal, towards } from '../support/plans.ts';
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
    ['is taken over on demand', plain, true, ['update oidc-provider']],
    [
      'is taken over and gets the audience',
      { ...plain, audiences: [] },
      true,
      ['update oidc-provider', 'update oidc-provider/audience'],
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
});
