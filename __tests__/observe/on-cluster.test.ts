/** The hosts of the cluster are told before AWS has said all, and only of the cluster that the inputs name. */
import { expect, test } from '@jest/globals';
import type { Host } from '../../src/model/host.ts';
import { type AwsView, observeAws } from '../../src/observe/aws.ts';
import { observe } from '../../src/observe/world.ts';
import { spaceOf } from '../support/apply-context.ts';
import { association, intent } from '../support/factories.ts';
import { host } from '../support/names.ts';
import { placeOf } from '../support/world-of.ts';

test('what the cluster has is told before AWS has said all', async () => {
  const { read, state } = spaceOf({ a: 'pod-identity' }, { associations: [association('a')] });
  const place = placeOf(intent(), state.cluster);
  const aws = await observeAws(read.aws, intent(), place, {});
  const late = Promise.withResolvers<AwsView>();
  const told = Promise.withResolvers<readonly Host[]>();
  const world = observe(read, intent(), place, { begun: late.promise, onCluster: told.resolve });
  const [seen] = await told.promise;
  expect(seen).toMatchObject({ namespace: host('a'), state: { kind: 'served' } });
  expect(seen).not.toHaveProperty('association');
  late.resolve(aws);
  expect((await world).placed).toMatchObject([{ namespace: host('a'), association: { id: 'a-a' } }]);
});

test.each([
  ['another cluster', { certificateAuthorities: ['another'], issuer: 'https://other.example' }],
  ['one that can not be told', { certificateAuthorities: ['another'], whyNoIssuer: 'forbidden' }],
])(
  'a kubeconfig that led to %s: nothing of it is told, so that no pod is tried there',
  async (_what, seen) => {
    const { read, state } = spaceOf({ a: 'pod-identity' });
    const kubernetes = { ...read.kubernetes, clusterIdentity: async () => await Promise.resolve(seen) };
    const told: (readonly Host[])[] = [];
    const onCluster = (placed: readonly Host[]): void => void told.push(placed);
    const place = placeOf(intent(), state.cluster);
    const world = await observe({ ...read, kubernetes }, intent(), place, { onCluster });
    expect(world.sameCluster.kind).not.toBe('same');
    expect(told).toEqual([]);
  },
);
