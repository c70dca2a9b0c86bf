/** A later look at what may have changed since the first one. */
import { describe, expect, test } from '@jest/globals';
import { observeAgent, observeHosts, observeStores } from '../../src/observe/again.ts';
import { observe } from '../../src/observe/world.ts';
import { spaceOf } from '../support/apply-context.ts';
import { intent, role } from '../support/factories.ts';
import { placeOf } from '../support/world-of.ts';
import { store } from '../verify/support.ts';

const refuse = async () => await Promise.reject(new Error('AWS was asked'));

describe('a later look', () => {
  test('at the hosts alone sees them as the whole world would, without AWS', async () => {
    const { read } = spaceOf({ a: 'irsa' }, { role: role() });
    const aws = { ...read.aws, role: refuse, associations: refuse, oidcProvider: refuse, addOn: refuse };
    const hosts = await observeHosts({ ...read, aws }, intent());
    expect(hosts).toMatchObject([{ name: 'team-a/ctp-a', state: { kind: 'served' } }]);
  });

  test('at the agent changes nothing else', async () => {
    const { read, state } = spaceOf({ a: 'irsa' }, { addOn: undefined });
    const before = await observe(read, intent(), placeOf(intent(), state.cluster));
    expect(before.agent.provider).toBe('none');
    state.addOn = { version: 'v1', status: 'ACTIVE', issues: [] };
    state.daemonSet = { desired: 2, ready: 1 };
    const { agent, ...rest } = await observeAgent(read, intent(), before);
    expect(agent).toMatchObject({ provider: 'add-on', addOnStatus: 'ACTIVE', desired: 2, ready: 1 });
    const { agent: _agent, ...others } = before;
    expect(rest).toEqual(others);
  });

  test('at the stores changes nothing else', async () => {
    const { read, state } = spaceOf({ a: 'irsa' }, { stores: [store({ provisioned: [] })] });
    const place = placeOf(intent(), state.cluster);
    const before = await observe(read, intent(), place);
    state.stores = [store(), store({ name: 'elsewhere', selector: { names: ['another'] } })];
    state.pods = [];
    const after = await observeStores(read, intent(), before);
    expect(before.hosts[0]?.stores).toEqual([store({ provisioned: [] })]);
    expect(after).toEqual({
      ...before,
      ...Object.fromEntries(
        (['hosts', 'selected', 'placed'] as const).map((list) => [
          list,
          before[list].map((actual) => ({ ...actual, stores: [store()] })),
        ]),
      ),
    });
  });

  test('at the stores finds none where their group has gone', async () => {
    const { read, state } = spaceOf({ a: 'irsa' }, { stores: [store()] });
    const before = await observe(read, intent(), placeOf(intent(), state.cluster));
    state.controlPlanes = [];
    const { hosts } = await observeStores(read, intent(), before);
    expect(hosts.map(({ stores }) => stores)).toEqual([[]]);
  });
});
