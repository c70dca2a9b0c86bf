import { describe, expect, test } from '@jest/globals';
import type { Intent } from '../src/model/config.ts';
import type { World } from '../src/model/world.ts';
import { observe } from '../src/observe.ts';
import { caller, cluster, intent, issuerless, role } from './support/factories.ts';
import type { State } from './support/fake-state.ts';
import { host, PROVIDER_ARN } from './support/names.ts';
import { spaceOf } from './support/workshop.ts';

const observed = async (overrides: Partial<State>, wanted: Intent = intent()): Promise<World> => {
  const { read, state } = spaceOf({ a: 'irsa' }, overrides);
  return await observe(read, wanted, { caller, cluster: state.cluster });
};

const addOn = { version: 'v1', status: 'DEGRADED', issues: ['an issue'] };
const daemonSet = { desired: 3, ready: 2 };

describe('the world', () => {
  test('is what was read, in our own words', async () => {
    const provider = { arn: PROVIDER_ARN, audiences: [], tags: {} };
    const there = await observed({ provider, role: role() });
    expect(there).toMatchObject({
      provider,
      role: role(),
      trustPolicyQuota: 2048,
      trustPolicyQuotaKnown: true,
    });
    expect(there.controlPlanes).toMatchObject([
      { group: 'team-a', name: 'ctp-a', namespace: host('a'), selected: true },
    ]);
  });

  test('has no provider and no role where there are none', async () => {
    const there = await observed({});
    expect(['provider', 'role'].filter((key) => key in there)).toEqual([]);
    expect(
      'provider' in
        (await observed({ cluster: issuerless(), provider: { arn: PROVIDER_ARN, audiences: [], tags: {} } })),
    ).toBe(false);
  });

  test('assumes the default quota where the account’s own may not be read', async () => {
    expect(await observed({ quota: undefined })).toMatchObject({
      trustPolicyQuota: 2048,
      trustPolicyQuotaKnown: false,
    });
    expect(await observed({ quota: 4096 })).toMatchObject({
      trustPolicyQuota: 4096,
      trustPolicyQuotaKnown: true,
    });
  });

  test('knows what serves Pod Identity on the nodes', async () => {
    const none = { addOn: undefined };
    const agents = await Promise.all([
      observed({ addOn, daemonSet }),
      observed({ ...none, daemonSet }),
      observed({ ...none, cluster: cluster({ autoMode: true }) }),
      observed(none),
    ]);
    expect(agents.map((one) => one.agent)).toEqual([
      {
        provider: 'add-on',
        addOnStatus: 'DEGRADED',
        addOnVersion: 'v1',
        issues: ['an issue'],
        desired: 3,
        ready: 2,
      },
      { provider: 'daemon-set', issues: [], desired: 3, ready: 2 },
      { provider: 'auto-mode', issues: [] },
      { provider: 'none', issues: [] },
    ]);
  });

  test('is looked at through the selector, which the API server evaluates', async () => {
    const controlPlanes = [
      { group: 'team-a', name: 'x', deleting: false, matchesSelector: false, conditions: {} },
    ];
    const selected = async (selector?: string) => {
      const wanted = intent({ selection: { globs: [], namespaces: [], selector } });
      return (await observed({ controlPlanes }, wanted)).controlPlanes.map((one) => one.selected);
    };
    expect([await selected(), await selected('env=prod')]).toEqual([[true], [false]]);
  });

  test('has no control planes where namespaces are named outright', async () => {
    const wanted = intent({ selection: { globs: [], namespaces: ['own'] } });
    expect((await observed({}, wanted)).controlPlanes.map((one) => one.name)).toEqual(['own']);
  });
});

test('a part of the world that can not be read is no world', async () => {
  const { read, state } = spaceOf({});
  const aws = { ...read.aws, addOn: async () => await Promise.reject(new Error('access denied')) };
  await expect(observe({ ...read, aws }, intent(), { caller, cluster: state.cluster })).rejects.toThrow(
    'access denied',
  );
});
