/** Whose a thing is, by its tags: IAM compares their keys without case, EKS with it. */
import { describe, expect, test } from '@jest/globals';
import { isOurs, missingTags, ownerOf, ownershipTags } from '../../src/desired/ownership.ts';
import { association, intent, role } from '../support/factories.ts';
import { CLUSTER_ARN, OURS } from '../support/names.ts';
import { planFor } from '../support/plans.ts';
import { running } from '../support/workloads.ts';
import { placeOf } from '../support/world-of.ts';

const { target } = placeOf(intent());
const SHOUTED = {
  'MANAGED-BY': 'spaces-workload-identity',
  'Spaces-Workload-Identity:Cluster': CLUSTER_ARN,
};

describe('a thing in IAM', () => {
  test.each([
    ['our tags', OURS, 'ours'],
    ['our tags in another spelling', SHOUTED, 'ours'],
    [
      'our tags for another cluster',
      { ...SHOUTED, 'Spaces-Workload-Identity:Cluster': 'x' },
      'another-cluster',
    ],
    ['another maker', { ...SHOUTED, 'MANAGED-BY': 'Spaces-Workload-Identity' }, 'unmanaged'],
    ['no cluster', { 'managed-by': 'spaces-workload-identity' }, 'unmanaged'],
    ['no tags', {}, 'unmanaged'],
  ])('with %s', (_what, tags, owner) => {
    expect(ownerOf(tags, target)).toBe(owner);
  });

  test('lacks no tag that it has in another spelling', () => {
    expect(
      missingTags(ownershipTags(target, { Team: 'x', Stage: 'prod' }), { ...SHOUTED, team: 'x' }),
    ).toEqual({ Stage: 'prod' });
  });
});

test('an association is known by the very keys', () => {
  expect(isOurs(association('a'), target)).toBe(true);
  expect(isOurs(association('a', { tags: SHOUTED }), target)).toBe(false);
  expect(isOurs(association('a', { ownerArn: 'arn:addon' }), target)).toBe(false);
});

test('a role whose tags IAM shows in another spelling is ours: nothing is planned for its tags', () => {
  const parts = running({ a: 'irsa' }, { role: role({ tags: SHOUTED }) });
  const { changes, blockers } = planFor(intent(), parts);
  expect(blockers).toEqual([]);
  expect(changes.map(({ id }) => id)).not.toContain('role/tags');
});

test('an association lacks a tag that it has in another spelling only', () => {
  const byPod = intent({ identity: 'pod-identity', tags: { Team: 'x' } });
  const parts = running(
    { a: 'pod-identity' },
    { role: role(), associations: [association('a', { tags: { ...OURS, team: 'x' } })] },
  );
  const found = planFor(byPod, parts).changes.find(({ write }) => write.op === 'update-association');
  expect(found?.reason).toBe('tags are missing or differ');
});
