/** A cluster that EKS is at work on: which states are waited out, which end the run, and how each is named. */
import { expect, test } from '@jest/globals';
import type { Cluster } from '../../src/model/world.ts';
import { usableCluster } from '../../src/wait/usable-cluster.ts';
import { spaceOf } from '../support/apply-context.ts';
import { cluster } from '../support/factories.ts';
import { START } from '../support/names.ts';
import { failureOf } from '../aws/fakes.ts';

const MINUTES = 60_000;
const unmade = (status: string): Cluster => cluster({ status, endpoint: '', certificateAuthority: '' });

/** The states in their order; the last one lasts. */
function waiting(states: readonly (Cluster | undefined)[], timeoutMs = 10 * MINUTES) {
  const { read, lines } = spaceOf({});
  let looks = 0;
  const look = () => {
    looks += 1;
    return Promise.resolve(states[Math.min(looks, states.length) - 1]);
  };
  return {
    found: usableCluster(read, { name: 'space-prod', timeoutMs, look }),
    lines,
    looks: () => looks,
    took: () => read.clock.now() - START,
  };
}

test.each(['ACTIVE', 'UPDATING', 'UNKNOWN'])('%s with an endpoint is used at once', async (status) => {
  const run = waiting([cluster({ status })]);
  expect((await run.found)?.status).toBe(status);
  expect([run.looks(), run.took()]).toEqual([1, 0]);
  expect(run.lines.some((line) => line.includes('UPDATING'))).toBe(status === 'UPDATING');
});

test('no cluster of that name is for the caller to say', async () => {
  expect(await waiting([undefined]).found).toBeUndefined();
});

test.each(['CREATING', 'PENDING', 'UPDATING', 'ACTIVE'])(
  '%s without an endpoint is waited for',
  async (status) => {
    const run = waiting([unmade(status), unmade(status), cluster()]);
    expect((await run.found)?.endpoint).not.toBe('');
    expect([run.looks(), run.took()]).toEqual([3, 30_000]);
    expect(run.lines[0]).toContain(`EKS cluster space-prod is ${status}`);
  },
);

test.each(['CREATING', 'PENDING'])('%s is waited for with an endpoint too', async (status) => {
  const run = waiting([cluster({ status }), cluster()]);
  expect((await run.found)?.status).toBe('ACTIVE');
  expect(run.looks()).toBe(2);
});

test('what lasts beyond wait-timeout is named, and no longer than that is waited', async () => {
  const run = waiting([unmade('CREATING')], 2 * MINUTES);
  const failure = await failureOf(run.found);
  expect(failure.reason).toBe('timed-out');
  expect(failure.details.said).toBe('its status is CREATING, after 120 s');
  expect(failure.details.next).toContain('wait-timeout');
  expect(run.took()).toBe(2 * MINUTES);
});

test.each([
  ['FAILED', 'aws eks describe-cluster'],
  ['DELETING', 'its associations go with it'],
])('%s ends the run at once', async (status, next) => {
  for (const found of [cluster({ status }), unmade(status)]) {
    const run = waiting([found, cluster()]);
    const failure = await failureOf(run.found);
    expect(failure.reason).toBe('cluster-not-found');
    expect(failure.details.said).toContain(`its status is ${status}`);
    expect(failure.details.next).toContain(next);
    expect(run.looks()).toBe(1);
  }
});

test('a wait ends with the state that ends it, and with a cluster that goes away', async () => {
  expect((await failureOf(waiting([unmade('CREATING'), unmade('FAILED')]).found)).reason).toBe(
    'cluster-not-found',
  );
  expect(await waiting([unmade('CREATING'), undefined]).found).toBeUndefined();
});

test('what EKS holds against a failed cluster is quoted', async () => {
  const failed = { ...unmade('FAILED'), healthIssues: ['KmsKeyNotFound: the key is gone', 'VpcNotFound: x'] };
  const { details } = await failureOf(waiting([failed]).found);
  expect(details.said).toBe('its status is FAILED: KmsKeyNotFound: the key is gone; VpcNotFound: x');
});

test.each(['ACTIVE', 'PENDING'])(
  'a cluster that is only registered with EKS (%s) is none of EKS',
  async (status) => {
    const failure = await failureOf(waiting([{ ...unmade(status), registeredOnly: true }]).found);
    expect(failure.reason).toBe('cluster-not-found');
    expect(failure.details.said).toContain('EKS Connector');
  },
);
