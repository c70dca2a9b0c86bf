/** The checks of stores. */
import { describe, expect, test } from '@jest/globals';
import type { SecretStore } from '../../src/model/host.ts';
import { canNeverWork } from '../../src/verify/stores.ts';
import { desiredOf, worldOf } from '../support/world-of.ts';
import type { Intent } from '../../src/model/config.ts';
import { intent, type WorldParts } from '../support/factories.ts';
import { host, ROLE_ARN } from '../support/names.ts';
import { byPod, checkOf, irsaWorld, podWorld, store } from './support.ts';

const jwtStore = store({ auth: 'jwt', serviceAccount: 'external-secrets-controller' });

const auth = (...stores: readonly SecretStore[]) => checkOf('store-auth', irsaWorld({ stores }));
const authByPod = (...stores: readonly SecretStore[]) =>
  checkOf('store-auth', podWorld({ stores }), {}, byPod);
const status = (overrides: Partial<SecretStore>) =>
  checkOf('store-status', irsaWorld({ stores: [store(overrides)] }));
const condition = (overrides: object = {}) => ({
  type: 'Ready',
  status: 'True',
  reason: 'Valid',
  message: '',
  ...overrides,
});

const inNamespace = (serviceAccountNamespace: string) => auth({ ...jwtStore, serviceAccountNamespace });
const said = (parts: WorldParts, asked: Intent) => checkOf('store-auth', parts, {}, asked).detail;

describe('store-auth', () => {
  test('no store of AWS selects it', () => {
    const others = [
      store({ provider: 'other' }),
      store({ selector: { names: ['ctp-b'] } }),
      store({ group: 'team-b' }),
      store({ selector: {} }),
    ];
    expect(auth(...others)).toMatchObject({
      status: 'pass',
      detail: 'no SharedSecretStore of AWS selects it',
    });
    expect(checkOf('store-status', irsaWorld({ stores: others })).status).toBe('pass');
  });

  test('auth.jwt works with IRSA and never with Pod Identity, where it says what to take out', () => {
    const jwt = store({ auth: 'jwt', serviceAccount: 'external-secrets-controller' });
    expect(auth(jwt)).toMatchObject({ status: 'pass', detail: expect.stringContaining('auth.jwt') });
    expect(authByPod(store())).toMatchObject({ status: 'pass' });
    expect(authByPod(jwt)).toMatchObject({
      status: 'fail',
      detail: expect.stringContaining(
        "team-a/store can't work with EKS Pod Identity: take `spec.provider.aws.auth.jwt` out",
      ),
    });
    expect(auth(store({ auth: 'jwt', serviceAccount: 'mine' })).status).toBe('warn');
    expect(auth(store({ auth: 'jwt' })).status).toBe('pass');
  });

  test('an account of the same name in another namespace is another one', () => {
    expect(inNamespace(host('a')).status).toBe('pass');
    expect(inNamespace('kube-system')).toMatchObject({
      status: 'warn',
      detail:
        'team-a/store uses service account kube-system/external-secrets-controller, not external-secrets-controller',
    });
  });

  test('where another role reads, or one made elsewhere, it may be in any region', () => {
    const away = store({ region: 'us-east-1' });
    const target = 'arn:aws:iam::444455556666:role/target';
    const only = 'may read in eu-central-1 only';
    expect(said(irsaWorld({ stores: [away] }), intent())).toContain(only);
    expect(said(irsaWorld({ stores: [{ ...away, role: target }] }), intent())).not.toContain(only);
    expect(said(irsaWorld({ stores: [{ ...away, auth: 'static-keys' }] }), intent())).not.toContain(only);
    const elsewhere = intent({ role: { kind: 'referenced', arn: ROLE_ARN } });
    expect(said(irsaWorld({ stores: [away] }), elsewhere)).not.toContain(only);
    const going = intent({ identity: 'pod-identity', targetRoleArn: target });
    expect(said(podWorld({ stores: [away] }, { targetRoleArn: target }), going)).not.toContain(only);
  });

  test('static keys and another region are warnings, of the worst the detail comes first', () => {
    expect(auth(store({ auth: 'static-keys' }))).toMatchObject({
      status: 'warn',
      detail: expect.stringContaining('static keys'),
    });
    expect(auth(store({ region: 'us-east-1' }))).toMatchObject({
      status: 'warn',
      detail: expect.stringContaining('us-east-1'),
    });
    const { region: _region, ...unset } = store();
    expect(auth(unset).status).toBe('pass');
    const both = authByPod(store({ name: 'keys', auth: 'static-keys' }), store({ name: 'jwt', auth: 'jwt' }));
    expect(both).toMatchObject({
      status: 'fail',
      detail: expect.stringMatching(/^team-a\/jwt .*; team-a\/keys /),
    });
  });
});

describe('store-status', () => {
  test('provisioned here is a pass, whatever became of it elsewhere', () => {
    const elsewhere = {
      failed: [{ controlPlane: 'ctp-b', message: 'no' }],
      conditions: [condition({ status: 'False' })],
    };
    expect(status(elsewhere)).toMatchObject({ status: 'pass', detail: 'provisioned: team-a/store' });
  });

  test('failed here, with what it says', () => {
    const failed = [
      {
        controlPlane: 'ctp-a',
        message: 'an IAM role must be associated',
        reasons: ['InvalidProviderConfig'],
      },
    ];
    expect(status({ failed })).toMatchObject({
      status: 'fail',
      detail: 'team-a/store: an IAM role must be associated',
    });
    const wordless = [{ controlPlane: 'ctp-a', message: '' }];
    expect(status({ failed: wordless })).toMatchObject({ status: 'fail', detail: 'team-a/store: it failed' });
  });

  test('a condition that is False is a failure', () => {
    const refs = condition({
      type: 'SecretRefsReady',
      status: 'False',
      reason: 'NotFound',
      message: 'no such secret',
    });
    const elsewhere = [{ controlPlane: 'ctp-b', message: 'no' }];
    for (const failed of [[], elsewhere]) {
      expect(status({ conditions: [refs], failed })).toMatchObject({
        status: 'fail',
        detail: 'team-a/store: SecretRefsReady is False, no such secret',
      });
    }
    expect(status({ conditions: [condition({ status: 'False', reason: 'Broken' })] }).detail).toContain(
      'Broken',
    );
  });

  test('a condition that is not False is none', () => {
    expect(status({ conditions: [condition({ type: 'SecretRefsReady' })] }).status).toBe('pass');
  });

  test.each<[string, Partial<SecretStore>]>([
    ['ValidationUnknown', { conditions: [condition({ reason: 'ValidationUnknown' })] }],
    [
      'ValidationUnknown in the control plane',
      { failed: [{ controlPlane: 'ctp-a', message: 'x', reasons: ['ValidationUnknown'] }] },
    ],
    ['a status of an older store', { stale: true }],
  ])('%s is unknown', (_what, overrides) => {
    expect(status(overrides).status).toBe('unknown');
  });

  test('no word yet is a warning: no proof, and no sign of trouble', () => {
    expect(status({ provisioned: [] })).toMatchObject({
      status: 'warn',
      detail: expect.stringContaining('not said'),
    });
  });
});

test.each<[string, readonly SecretStore[], boolean]>([
  ['a store with auth.jwt', [store(), store({ auth: 'jwt' })], true],
  ['one that only warns', [store({ auth: 'static-keys' })], false],
  ['no store', [], false],
])('what can never work with Pod Identity: %s', (_what, stores, isHopeless) => {
  const world = worldOf(byPod, podWorld({ stores }));
  const found = world.placed.map((placed) => canNeverWork(placed, desiredOf(byPod), world));
  expect(found).toEqual([isHopeless]);
});
