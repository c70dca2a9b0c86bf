/** The built search for clusters, with the policy that it is published with and no other, over two accounts and two regions. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { goesOnceListed, hang, type Hung } from './support/lost-clusters.ts';
import {
  FIRST,
  HERE,
  type Organisation,
  PLACES,
  readerIn,
  SECOND,
  startOrganisation,
  THERE,
} from './support/organisation.ts';

let org: Organisation;
let hung: Hung | undefined;
beforeEach(async () => {
  org = await startOrganisation();
});
afterEach(async () => {
  hung?.letGo();
  hung = undefined;
  await org.close();
});

const everywhere = {
  regions: `${HERE}\n${THERE}`,
  'roles-to-assume': `${readerIn(FIRST)}\n${readerIn(SECOND)}`,
};
const action = resolve('fleet/action.yml');

const entry = z.record(z.string(), z.string());
const matrixSchema = z.object({ include: z.array(entry) });
const entriesOf = (text = '') => matrixSchema.parse(JSON.parse(text)).include;
const unreachableOf = (text = '') => z.array(entry).parse(JSON.parse(text));

test('thirty clusters: those with the tag and the name are found, and each that is missing is told with its reason', async () => {
  const tags = { 'upbound-space': 'true', team: 'a' };
  for (const [index, { account, region }] of PLACES.entries()) {
    for (let n = 0; n < 5; n += 1) org.addCluster(account, region, `space-${index}${n}`, tags);
    org.addCluster(account, region, 'space', tags);
  }
  org.addCluster(FIRST, HERE, 'other', tags);
  org.addCluster(FIRST, HERE, 'space-lab', tags);
  org.addCluster(FIRST, THERE, 'space-untagged');
  org.addCluster(SECOND, HERE, 'space-gone', tags);
  org.addCluster(SECOND, HERE, 'space-hangs', tags);
  org.addCluster(SECOND, THERE, 'space-forbidden', tags);
  org.aws.settings.pageSize = 3;
  org.aws.settings.emptyPages = true;
  org.addStatement(SECOND, {
    Effect: 'Deny',
    Action: 'eks:DescribeCluster',
    Resource: `arn:aws:eks:*:${SECOND}:cluster/space-forbidden`,
  });
  goesOnceListed(org.aws, { account: SECOND, region: HERE, name: 'space-gone' });
  hung = hang(org.aws, 'space-hangs');

  const inputs = { clusters: 'space, space-*, !*-lab', 'cluster-tags': 'upbound-space=true' };
  const run = await org.run({ ...everywhere, ...inputs, 'role-name-in-account': 'ci/check' }, { action });
  expect(run.exitCode).toBe(0);
  const found = entriesOf(run.outputs['matrix']);
  expect(found).toHaveLength(24);
  expect(JSON.parse(run.outputs['matrices'] ?? '')).toEqual([{ include: found }]);
  expect(found.map(({ label }) => label)).toEqual([
    ...[HERE, THERE].flatMap((region) => [FIRST, SECOND].map((account) => `space.${region}.${account}`)),
    ...PLACES.flatMap((_place, index) => [0, 1, 2, 3, 4].map((n) => `space-${index}${n}`)),
  ]);
  expect(found[4]).toEqual({
    cluster: 'space-00',
    region: HERE,
    account: FIRST,
    role: `arn:aws:iam::${FIRST}:role/ci/check`,
    label: 'space-00',
  });
  const missing = unreachableOf(run.outputs['unreachable']);
  expect(missing.map(({ account, region, cluster }) => [account, region, cluster])).toEqual([
    [SECOND, THERE, 'space-forbidden'],
    [SECOND, HERE, 'space-hangs'],
  ]);
  expect(missing[0]?.['reason']).toMatch(/^access-denied: AccessDenied: User: .* with an explicit deny/);
  expect(missing[1]?.['reason']).toBe('timed-out: no answer in 60 s');
  expect(run.log).toContain(`${SECOND} ${HERE} space-gone: gone between the list and the look at it`);
  expect(run.summary).toContain('### Fleet: 24 clusters');
  expect(run.summary).toContain('<code>space-forbidden</code>');
  expect(run.annotations.map(({ level }) => level)).toEqual(['warning']);

  // It looked at what it was asked for, and nothing else was tried.
  expect(org.aws.writes()).toEqual([]);
  expect(new Set(org.aws.calls.flatMap(({ asked }) => asked))).toEqual(
    new Set(['eks:ListClusters', 'eks:DescribeCluster']),
  );
  const described = org.aws.calls.filter((call) => call.action === 'DescribeCluster');
  const looked = described.map(({ request }) => request['name']);
  expect(looked).not.toContain('other');
  expect(looked).not.toContain('space-lab');
  // Its file goes with the job.
  expect(run.outputs['clusters-file']?.startsWith(run.temp)).toBe(true);
  expect(existsSync(run.outputs['clusters-file'] ?? '')).toBe(false);
});

describe('what fails in one place', () => {
  beforeEach(() => {
    for (const { account, region } of PLACES) org.addCluster(account, region, `${account}-${region}`);
  });

  test('keeps no other from being found: an account, a region', async () => {
    org.aws.faults.add({
      action: 'sts:AssumeRoleWithWebIdentity',
      when: (request) => request['RoleArn'] === readerIn(SECOND),
      error: { code: 'AccessDenied', message: 'Not authorized to perform this', status: 403 },
      times: 100,
    });
    org.addStatement(FIRST, {
      Effect: 'Deny',
      Action: 'eks:ListClusters',
      Resource: '*',
      Condition: { StringEquals: { 'aws:RequestedRegion': THERE } },
    });
    const run = await org.run(everywhere, { action });
    expect(run.exitCode).toBe(0);
    expect(entriesOf(run.outputs['matrix'])).toEqual([
      {
        cluster: `${FIRST}-${HERE}`,
        region: HERE,
        account: FIRST,
        role: readerIn(FIRST),
        label: `${FIRST}-${HERE}`,
      },
    ]);
    expect(unreachableOf(run.outputs['unreachable'])).toEqual([
      {
        account: SECOND,
        region: '',
        cluster: '',
        reason: 'sign-in-denied: AccessDenied: Not authorized to perform this',
      },
      {
        account: FIRST,
        region: THERE,
        cluster: '',
        reason: expect.stringMatching(/^access-denied: .*eks:ListClusters/),
      },
    ]);
    expect(run.log).toContain('This statement would admit exactly this job');
  });

  test('fails the run where it is everywhere, with what to do', async () => {
    for (const account of [FIRST, SECOND])
      org.addStatement(account, { Effect: 'Deny', Action: 'eks:ListClusters', Resource: '*' });
    const run = await org.run(everywhere, { action });
    expect(run.exitCode).toBe(1);
    const error = run.annotations.find(({ level }) => level === 'error');
    expect(error?.message).toMatch(/^access-denied: look for EKS clusters: nothing could be looked at/);
    expect(unreachableOf(run.outputs['unreachable'])).toHaveLength(4);
    expect(run.outputs['failure-reason']).toBe('access-denied');
    expect(run.outputs['matrix']).toBeUndefined();
  });

  test('inputs that are wrong are told all at once, and no call leaves the runner', async () => {
    const inputs = { regions: 'Frankfurt', 'roles-to-assume': `${readerIn(FIRST)}, ${readerIn(FIRST)}2` };
    const run = await org.run({ ...inputs, 'role-duration': '1m' }, { action });
    expect(run.exitCode).toBe(1);
    const error = run.annotations.find(({ level }) => level === 'error');
    for (const text of ['`regions`', '`role-duration`', readerIn(FIRST), `${readerIn(FIRST)}2`])
      expect(error?.message).toContain(text);
    expect(org.aws.calls).toEqual([]);
    expect(org.github.requests).toEqual([]);
  });

  test('a cancelled job ends at once, although a cluster hangs', async () => {
    const job = new AbortController();
    hung = hang(org.aws, `${FIRST}-${HERE}`);
    const running = org.run(everywhere, { action, signal: job.signal });
    await hung.hit;
    job.abort();
    const run = await running;
    expect(run.cancelledBy).toBe('SIGINT');
    expect(run.log).toContain('cancelled');
    expect(run.outputs['matrix']).toBeUndefined();
    expect(run.postExitCode).toBe(0);
  });
});

test('more than 256 clusters are parts, and none is left out', async () => {
  for (let n = 0; n < 300; n += 1) org.addCluster(FIRST, HERE, `space-${n}`);
  const run = await org.run({ regions: HERE, 'roles-to-assume': readerIn(FIRST) }, { action });
  expect(run.exitCode).toBe(0);
  const parts = z.array(matrixSchema).parse(JSON.parse(run.outputs['matrices'] ?? ''));
  expect(parts.map(({ include }) => include.length)).toEqual([256, 44]);
  expect(new Set(parts.flatMap(({ include }) => include.map(({ cluster }) => cluster))).size).toBe(300);
  expect(entriesOf(run.outputs['matrix'])).toEqual([]);
  expect(run.annotations.map(({ message }) => message)).toEqual([
    expect.stringContaining('300 clusters are more than the 256 jobs of one matrix'),
  ]);
});
