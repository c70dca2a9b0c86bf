/** Restarts and what the stores live on: with `auth.jwt` External Secrets takes its token itself. */
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
const onlyB = [`restart/${host('b')}`];

test('no restart where every store of AWS does without; where there is none, or another, the pods must carry it', () => {
  expect(restarts([jwt]).ids).toEqual(onlyB);
  expect(restarts([]).ids).toEqual(both);
  expect(restarts([jwt, store()]).ids).toEqual(both);
  expect(restarts([jwt, store({ provider: 'other' })]).ids).toEqual(onlyB);
});

test('a pod that carries something else is restarted all the same', () => {
  expect(restarts([jwt], 'other-irsa').ids).toEqual(both);
  expect(restarts([jwt], 'pod-identity').ids).toEqual(both);
});

test('with Pod Identity auth.jwt spares nothing; `always` is always; `never` does not warn of it', () => {
  expect(restarts([jwt], 'nothing', intent({ identity: 'pod-identity' })).ids).toEqual(both);
  expect(restarts([jwt], 'nothing', intent({ restart: 'always' })).ids).toEqual(both);
  const never = restarts([jwt], 'nothing', intent({ restart: 'never' })).warnings ?? [];
  expect(never.join()).toContain(host('b'));
  expect(never.join()).not.toContain(host('a'));
});
