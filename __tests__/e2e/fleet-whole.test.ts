/** A fleet from the search to the report, wired as in fleet.yml: thirty clusters, of which one is a Space that drifts. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { allowAll } from './support/drifts-role.ts';
import { copyForCluster, type Entry, upload } from './support/fleet-artifacts.ts';
import { reportJob, type Search, searchJob } from './support/fleet-jobs.ts';
import { calledWith, clusterInputs, OWN, stepInputs } from './support/fleet-workflow.ts';
import { goesOnceListed, hang, type Hung } from './support/lost-clusters.ts';
import {
  type Accounts,
  FIRST,
  HERE,
  openAccounts,
  PLACES,
  readerIn,
  SECOND,
  THERE,
} from './support/organisation.ts';
import { ROLE_NAME } from './support/role.ts';
import { useScene } from './support/scene.ts';

const SPACE = 'space-prod';
const inputs = calledWith({
  identity: 'pod-identity',
  regions: `${HERE}\n${THERE}`,
  'roles-to-assume': `${readerIn(FIRST)}\n${readerIn(SECOND)}`,
  clusters: 'space-*',
  'role-name-in-account': 'github-runner',
  'secret-prefixes': 'prod/',
  'fleet-issue': 'true',
});
const handed = clusterInputs(inputs);
/** Its API server is not there. */
const FAR = 'space-01';
const SILENT = 'space-02';

const scene = useScene({ controlPlanes: 2, groups: 1 });
let directory = '';
let accounts: Accounts | undefined;
let hung: Hung | undefined;
let inSync = '';

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'fleet-whole-'));
  const { aws, github } = scene.world;
  accounts = openAccounts(aws, github);
  for (let n = 0; n < 26; n += 1) {
    const { account, region } = PLACES[n % PLACES.length] ?? { account: FIRST, region: HERE };
    accounts.addCluster(account, region, `space-${String(n).padStart(2, '0')}`);
  }
  // Else its certificate would be what the job fails at.
  aws.eksIn(THERE, FIRST).cluster(FAR).caPem = scene.world.cluster.caPem;
  accounts.addCluster(FIRST, HERE, 'other');
  accounts.addCluster(SECOND, HERE, 'space-gone');
  accounts.addCluster(SECOND, HERE, 'space-hangs');
  accounts.addCluster(SECOND, THERE, 'space-forbidden');
});
afterAll(async () => {
  hung?.letGo();
  await rm(directory, { recursive: true });
});

/** The job of one cluster; its files are then in the folder. */
async function look(entry: Entry, folder: string) {
  const given = stepInputs('cluster', OWN, { inputs: handed, matrix: { ...entry } });
  return await scene.run(given, { laterSteps: async (outputs) => await upload(outputs, folder) });
}

const issues = () => [...scene.world.github.issues.values()].map(({ number, state }) => [number, state]);
const issueBody = () => scene.world.github.issues.get(1)?.body ?? '';
const folderOf = (round: string, { label }: Entry) =>
  join(directory, round, `spaces-workload-identity-${label}`);
const entryOf = ({ entries }: Search, name: string): Entry => {
  const entry = entries.find(({ cluster }) => cluster === name);
  if (entry === undefined) throw new Error(`${name} was not found`);
  return entry;
};

/** Every cluster that has no Kubernetes here, but for some, is as the Space was when it was in sync. */
async function leaveInSync({ entries }: Search, round: string, except: readonly string[]): Promise<void> {
  for (const entry of entries)
    if (entry.cluster !== SPACE && !except.includes(entry.cluster))
      await copyForCluster(inSync, folderOf(round, entry), entry);
}

let found: Search;

test('the search finds 27 of 30, and says what it could not look at', async () => {
  const { aws } = scene.world;
  accounts?.addStatement(SECOND, {
    Effect: 'Deny',
    Action: 'eks:DescribeCluster',
    Resource: `arn:aws:eks:*:${SECOND}:cluster/space-forbidden`,
  });
  goesOnceListed(aws, { account: SECOND, region: HERE, name: 'space-gone' });
  hung = hang(aws, 'space-hangs');
  found = await searchJob(scene.world, inputs);
  expect(found.entries).toHaveLength(27);
  expect(new Set(found.entries.map(({ account, region }) => `${account} ${region}`)).size).toBe(4);
  expect(found.log).toContain(`${SECOND} ${HERE} space-gone: gone between the list and the look at it`);
});

test('the Space is in sync after an apply, and its job leaves the files that say so', async () => {
  const entry = entryOf(found, SPACE);
  await scene.succeed({
    ...stepInputs('cluster', OWN, { inputs: handed, matrix: { ...entry } }),
    mode: 'apply',
  });
  inSync = join(directory, 'in-sync');
  const run = await look(entry, inSync);
  expect(run.outputs).toMatchObject({ verdict: 'in-sync', drift: 'false', verified: 'true' });
});

test('one drifted, one failed, one silent, two out of reach: each is told, the worst first, and the issue opens', async () => {
  const { aws } = scene.world;
  aws.iam.putRolePolicy(ROLE_NAME, 'spaces-workload-identity', allowAll('secretsmanager:*'));
  await leaveInSync(found, 'first', [FAR, SILENT]);
  const drifted = await look(entryOf(found, SPACE), folderOf('first', entryOf(found, SPACE)));
  expect(drifted.outputs).toMatchObject({ verdict: 'drifted', drift: 'true', 'failure-reason': '' });
  const far = await look(entryOf(found, FAR), folderOf('first', entryOf(found, FAR)));
  expect(far.exitCode).toBe(1);

  const { run, fleet, badge } = await reportJob(scene.world, inputs, found.outputs, join(directory, 'first'));
  expect(run.exitCode).toBe(1);
  expect(fleet).toMatchObject({
    verdict: 'drifted',
    counts: { drifted: 1, unknown: 4, 'in-sync': 24 },
    problems: [],
  });
  expect(badge).toEqual({ message: '1 drifted, 4 unknown, 24 in sync', color: 'critical' });
  expect(
    fleet.clusters
      .slice(0, 5)
      .map(({ cluster, verdict, failureReason }) => [cluster, verdict, failureReason]),
  ).toEqual([
    [SPACE, 'drifted', ''],
    [FAR, 'unknown', far.outputs['failure-reason']],
    [SILENT, 'unknown', ''],
    ['space-forbidden', 'unknown', ''],
    ['space-hangs', 'unknown', ''],
  ]);
  expect(far.outputs['failure-reason']).toBe('timed-out');
  const [, unanswered, silent, forbidden, hanging] = fleet.clusters;
  expect(unanswered?.why).toContain('dial tcp 127.0.0.1:1: connect: connection refused');
  expect(silent?.why).toBe('its job left no file that could be used');
  expect(forbidden?.why).toMatch(
    /^could not be looked at: access-denied: AccessDenied: User: .* with an explicit deny/,
  );
  expect(hanging?.why).toBe('could not be looked at: timed-out: no answer in 60 s');
  // Deleted: nobody misses it.
  expect(JSON.stringify(fleet)).not.toContain('space-gone');

  for (const text of [run.summary, issueBody()]) {
    const rows = text.split('\n').filter((line) => /^\| (❌|❓|✅)/.test(line));
    expect(rows[0]).toMatch(/^\| ❌&nbsp;drifted \| <code>space-prod<\/code>/);
    expect(rows[0]).toContain('<code>role/access-policy</code> update');
    expect(rows.at(-1)).toContain('<summary>24 clusters</summary>');
  }
  expect(issues()).toEqual([[1, 'open']]);
});

test('healed by apply: the issue stays open for the others, and no longer names the Space', async () => {
  const entry = entryOf(found, SPACE);
  await scene.succeed({
    ...stepInputs('cluster', OWN, { inputs: handed, matrix: { ...entry } }),
    mode: 'apply',
  });
  await rm(folderOf('first', entry), { recursive: true });
  expect((await look(entry, folderOf('first', entry))).outputs['verdict']).toBe('in-sync');

  const { run, fleet } = await reportJob(scene.world, inputs, found.outputs, join(directory, 'first'));
  expect(run.exitCode).toBe(1);
  expect(fleet).toMatchObject({ verdict: 'unknown', counts: { unknown: 4, 'in-sync': 25 } });
  expect(issues()).toEqual([[1, 'open']]);
  expect(issueBody()).not.toContain('❌');
  expect(issueBody()).toContain('<summary>25 clusters</summary>');
});

test('when the others are reached and in sync, too, the issue closes', async () => {
  hung?.letGo();
  accounts?.addStatement(SECOND);
  const again = await searchJob(scene.world, inputs);
  expect(again.entries).toHaveLength(29);
  await leaveInSync(again, 'last', []);
  const entry = entryOf(again, SPACE);
  await look(entry, folderOf('last', entry));
  const { run, fleet, badge } = await reportJob(scene.world, inputs, again.outputs, join(directory, 'last'));
  expect(run.exitCode).toBe(0);
  expect(fleet).toMatchObject({
    verdict: 'in-sync',
    counts: { 'in-sync': 29 },
    controlPlanes: { inSync: 58 },
  });
  expect(badge).toEqual({ message: 'in sync, 29 clusters', color: 'success' });
  expect(issues()).toEqual([[1, 'closed']]);
});
