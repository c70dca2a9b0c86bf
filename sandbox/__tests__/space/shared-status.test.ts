/** The status of stores and secrets. */
import { expect, test } from '@jest/globals';
import { isSameStatus, secretStatus, storeStatus } from '../../space/shared-status.ts';

const verdicts = [
  { controlPlane: 'one', problem: undefined },
  { controlPlane: 'two', problem: 'api error AccessDenied' },
];
const condition = { type: 'Ready', status: 'False', message: 'api error AccessDenied' };

test('a store is provisioned where it works, and fails with what External Secrets said elsewhere', () => {
  expect(storeStatus(verdicts, 3)).toMatchObject({
    observedGeneration: 3,
    provisioned: [{ controlPlane: 'one' }],
    failed: [{ controlPlane: 'two', conditions: [{ ...condition, reason: 'InvalidProviderConfig' }] }],
    conditions: [
      { type: 'SecretRefsReady', status: 'True' },
      { type: 'Ready', status: 'False' },
    ],
  });
  const well = storeStatus(verdicts.slice(0, 1), 3);
  expect(well.conditions[1]).toMatchObject({ type: 'Ready', status: 'True' });
});

test('a secret has no more than its CRD takes', () => {
  expect(secretStatus(verdicts, 1)).toEqual({
    observedGeneration: 1,
    provisioned: [{ controlPlane: 'one' }],
    failed: [{ controlPlane: 'two', conditions: [condition] }],
  });
});

test('statuses compare without times and order of keys', () => {
  const { conditions, ...rest } = storeStatus(verdicts, 1);
  const later = conditions.map((one) => ({ ...one, lastTransitionTime: 'later' }));
  expect(isSameStatus({ conditions: later, ...rest }, { ...rest, conditions })).toBe(true);
  expect(isSameStatus(undefined, rest)).toBe(false);
  expect(isSameStatus({ ...rest, failed: [] }, rest)).toBe(false);
});
