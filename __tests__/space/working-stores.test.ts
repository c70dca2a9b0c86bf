/** Who may have a store that works with what the controller's pods carry now. */
import { expect, test } from '@jest/globals';
import type { SecretStore } from '../../src/model/host.ts';
import { mayHaveWorkingStore } from '../../src/space/working-stores.ts';
import { intent } from '../support/factories.ts';
import { running } from '../support/workloads.ts';
import { worldOf } from '../support/world-of.ts';
import { store } from '../verify/support.ts';

const failing = (more: object = {}, controlPlane = 'ctp-a'): Partial<SecretStore> => ({
  provisioned: [],
  failed: [{ controlPlane, message: 'no identity', ...more }],
});
const works = store();
const fails = store(failing());

test.each([
  ['no store of AWS', [], [], false],
  ['one that works', [works], [], true],
  ['one of which Spaces has said nothing', [store({ provisioned: [] })], [], true],
  ['one that fails here', [fails], [], false],
  ['one that fails elsewhere', [store(failing({}, 'ctp-b'))], [], true],
  ['one that fails, one that works', [fails, works], [], true],
  [
    'one of which External Secrets could not find out',
    [store(failing({ reasons: ['ValidationUnknown'] }))],
    [],
    true,
  ],
  ['one whose status is older than it', [store({ ...failing(), stale: true })], [], true],
  ['one that perhaps selects it', [fails], [fails], true],
])('%s', (_what, stores, possibleStores, may) => {
  const [host] = worldOf(intent(), running({ a: 'irsa' })).hosts;
  expect(host && mayHaveWorkingStore({ ...host, stores, possibleStores })).toBe(may);
});
