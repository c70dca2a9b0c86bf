/** All of a change is part of the digest and of its fingerprint, and so is what decided about it. */
import { expect, test } from '@jest/globals';
import type { Change } from '../../src/model/change.ts';
import { fingerprints } from '../../src/plan/fingerprints.ts';
import { intent, type WorldParts } from '../support/factories.ts';
import { uuid } from '../support/names.ts';
import { brief, planFor, removalFor } from '../support/plans.ts';
import { settledIrsa, settledPods } from '../support/settled.ts';
import { running } from '../support/workloads.ts';

/** So many control planes on IRSA, by exact subjects. */
const onIrsa = (count: number, trustPolicyQuota: number): WorldParts =>
  settledIrsa(
    Array.from({ length: count }, (_, n) => uuid(n)),
    { trustPolicyQuota },
  );

test('the account’s trust quota makes another plan, where it decides whether a move is bridged', () => {
  const pods = intent({ identity: 'pod-identity' });
  const [tight, roomy] = [2_048, 4_096].map((quota) => planFor(pods, onIrsa(15, quota)));
  if (tight === undefined || roomy === undefined) throw new Error('two plans');
  expect(brief(tight)).not.toContain('update role/trust-policy/bridge');
  expect(brief(roomy)).toContain('update role/trust-policy/bridge');
  expect(tight.digest).not.toBe(roomy.digest);
  expect(fingerprints(tight)['role/trust-policy']).not.toBe(fingerprints(roomy)['role/trust-policy']);
});

const changes: readonly Change[] = [
  ...planFor(intent({ adopt: true }), running({ a: 'nothing' })).changes,
  ...planFor(intent({ identity: 'pod-identity' }), onIrsa(2, 8_192)).changes,
  ...removalFor(intent(), settledIrsa()).changes,
  ...planFor(intent(), settledPods()).changes,
];
/** Random ids: the same plan for the same association made anew. */
const RANDOM = new Set(['associationId', 'associationArn']);

test.each(changes.map((change) => [`${change.action} ${change.address}`, change] as const))(
  'every part of what is written is part of its fingerprint: %s',
  (_name, change) => {
    const before = fingerprints({ changes: [change] })[change.address];
    for (const key of Object.keys(change.write)) {
      const write = { ...change.write, [key]: key === 'path' ? ['another'] : 'something else' };
      // eslint-disable-next-line typescript/no-unsafe-type-assertion -- a write spoilt on purpose
      const spoilt = { ...change, write } as Change;
      const after = fingerprints({ changes: [spoilt] })[change.address];
      if (RANDOM.has(key)) expect([key, after]).toEqual([key, before]);
      else expect([key, after]).not.toEqual([key, before]);
    }
    const effect = { ...change, effect: 'another effect' };
    expect(fingerprints({ changes: [effect] })[change.address]).not.toBe(before);
  },
);
