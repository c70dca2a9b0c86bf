/** Restarts, whatever the stores live on: with `auth.jwt` External Secrets takes its token itself, and the next store may not. */
import { expect, test } from '@jest/globals';
import type { SecretStore } from '../../src/model/host.ts';
import { planRestarts } from '../../src/resources/restarts.ts';
import { intent } from '../support/factories.ts';
import { host } from '../support/names.ts';
import { type Carried, running } from '../support/workloads.ts';
import { desiredOf, worldOf } from '../support/world-of.ts';
import { store } from '../verify/support.ts';

const jwt = store({ auth: 'jwt' });

function restarts(stores: readonly SecretStore[], carried: Carried = 'nothing', asked = intent()) {
  const world = worldOf(asked, running({ a: carried, b: 'nothing' }, { stores }));
  const { changes, warnings } = planRestarts(desiredOf(asked), world);
  return { ids: changes.map(({ id }) => id), warnings };
}
const both = [`restart/${host('a')}`, `restart/${host('b')}`];

test('a pod that lacks the role is restarted, also where every store of AWS takes its own tokens', () => {
  expect(restarts([jwt]).ids).toEqual(both);
  expect(restarts([]).ids).toEqual(both);
  expect(restarts([jwt, store()]).ids).toEqual(both);
  expect(restarts([jwt], 'other-irsa').ids).toEqual(both);
  expect(restarts([jwt], 'irsa').ids).toEqual(both.slice(1));
});

test('with `never` it is named all the same', () => {
  const never = restarts([jwt], 'nothing', intent({ restart: 'never' })).warnings ?? [];
  expect(never.join()).toContain(host('a'));
});
