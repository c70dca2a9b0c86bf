/** Which control planes a store goes into. */
import { expect, test } from '@jest/globals';
import type { ControlPlaneSelector as Selector } from '../../external-secrets/types.ts';
import { selects } from '../../space/selection.ts';

const shared = (controlPlaneSelector: Selector) => ({
  metadata: { name: 's', namespace: 'team-a' },
  spec: { controlPlaneSelector },
});

test.each<[string, Selector, boolean]>([
  ['by name', { names: ['ctp'] }, true],
  ['by another name', { names: ['other'] }, false],
  ['by label', { labelSelectors: [{ matchLabels: { env: 'prod' } }] }, true],
  ['by another label', { labelSelectors: [{ matchLabels: { env: 'dev' } }] }, false],
  [
    'In',
    { labelSelectors: [{ matchExpressions: [{ key: 'env', operator: 'In', values: ['prod'] }] }] },
    true,
  ],
  [
    'NotIn',
    { labelSelectors: [{ matchExpressions: [{ key: 'env', operator: 'NotIn', values: ['prod'] }] }] },
    false,
  ],
  ['Exists', { labelSelectors: [{ matchExpressions: [{ key: 'tier', operator: 'Exists' }] }] }, false],
  [
    'DoesNotExist',
    { labelSelectors: [{ matchExpressions: [{ key: 'tier', operator: 'DoesNotExist' }] }] },
    true,
  ],
])('selects %s', (_how, selector, expected) => {
  const metadata = { name: 'ctp', namespace: 'team-a', labels: { env: 'prod' } };
  expect(selects(shared(selector), { metadata })).toBe(expected);
  expect(selects(shared(selector), { metadata: { ...metadata, namespace: 'team-b' } })).toBe(false);
});
