/** What is said of stores, by the identity that they live on. */
import { expect, test } from '@jest/globals';
import { judgeStore, selects } from '../../space/store-judgement.ts';
import type { SharedSecretStore } from '../../space/store-judgement.ts';

type Provider = NonNullable<SharedSecretStore['spec']>['provider'];
type Selector = NonNullable<SharedSecretStore['spec']>['controlPlaneSelector'];

function store(provider: Provider, controlPlaneSelector: Selector = { names: ['ctp'] }): SharedSecretStore {
  return { metadata: { name: 's', namespace: 'team-a' }, spec: { controlPlaneSelector, provider } };
}

const jwt = store({ aws: { auth: { jwt: { serviceAccountRef: { name: 'external-secrets-controller' } } } } });
const chain = store({ aws: {} });

function host(annotation: boolean, ...variables: string[][]) {
  const annotations: Record<string, string> = annotation ? { 'eks.amazonaws.com/role-arn': 'arn' } : {};
  return {
    accounts: [{ metadata: { name: 'external-secrets-controller', annotations } }],
    pods: variables.map((names) => ({
      metadata: {},
      spec: { containers: [{ name: 'c', env: names.map((name) => ({ name })) }] },
    })),
  };
}

test('auth.jwt needs the annotation, whatever the pods have', () => {
  expect(judgeStore(jwt, host(true, []))).toBeUndefined();
  expect(judgeStore(jwt, host(false, ['AWS_CONTAINER_CREDENTIALS_FULL_URI']))).toContain(
    'IAM role must be associated',
  );
});

test('no auth needs an identity in every pod', () => {
  expect(judgeStore(chain, host(true, []))).toContain('unable');
  expect(judgeStore(chain, host(false))).toContain('unable');
  expect(judgeStore(chain, host(false, ['AWS_WEB_IDENTITY_TOKEN_FILE'], []))).toContain('unable');
  expect(judgeStore(chain, host(false, ['AWS_WEB_IDENTITY_TOKEN_FILE']))).toBeUndefined();
});

test('static keys and other clouds need nothing of this', () => {
  expect(judgeStore(store({ aws: { auth: { secretRef: {} } } }), host(false))).toBeUndefined();
  expect(judgeStore(store({}), host(false))).toBeUndefined();
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
  expect(selects(store({}, selector), { metadata })).toBe(expected);
  expect(selects(store({}, selector), { metadata: { ...metadata, namespace: 'team-b' } })).toBe(false);
});
