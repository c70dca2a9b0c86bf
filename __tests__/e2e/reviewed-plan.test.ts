/** Planned on the pull request, applied after the merge: the reviewed plan and no other. */
import { beforeAll, expect, test } from '@jest/globals';
import { snapshot } from './support/cluster.ts';
import { ROLE_NAME } from './support/role.ts';
import { errorOf, type Run, useScene } from './support/scene.ts';
import { addUnnoticed } from './support/webhook.ts';

const identity = 'irsa';
const scene = useScene({ controlPlanes: 2, groups: 2 });
const github = () => scene.world.github;
const digestOf = (run: Run): string => run.outputs['plan-digest'] ?? '';
let commits = 0;

/** Opens a pull request and plans on it. */
async function review(): Promise<{ readonly number: number; readonly plan: Run }> {
  const number = github().openPullRequest('Change');
  Object.assign(github().job, {
    event: 'pull_request',
    ref: `refs/pull/${number}/merge`,
    sha: `${number}`.repeat(40),
  });
  scene.world.admitJob();
  return { number, plan: await scene.succeed({ mode: 'plan', identity }) };
}

/** Merges it: what follows runs for the push of the merge commit. */
function merge(number: number): void {
  commits += 1;
  const sha = String(commits).padStart(40, 'f');
  github().merge(number, sha);
  Object.assign(github().job, { event: 'push', ref: 'refs/heads/main', sha });
  scene.world.admitJob();
}

const apply = (plan: Run) => ({ mode: 'apply', identity, 'expected-plan': digestOf(plan) });

beforeAll(async () => {
  await scene.succeed({ mode: 'apply', identity });
});

/** Refused before any write, with this difference. */
async function refused(plan: Run): Promise<readonly string[]> {
  const before = await snapshot(scene);
  const run = await scene.fail('plan-changed', apply(plan));
  expect(run.writes).toEqual([]);
  expect(await snapshot(scene)).toEqual(before);
  expect(run.outputs).toMatchObject({ verdict: 'error', changed: 'false' });
  const [, ...lines] = errorOf(run)
    .split('\n')
    .map((line) => line.trim());
  expect(errorOf(run)).toContain(
    `carry out the reviewed plan ${digestOf(plan)}: the plan is now ${digestOf(run)}`,
  );
  expect(lines.at(-1)).toBe(
    'Something has changed since the review. Run `mode: plan` again, have that plan reviewed, and set `expected-plan` to its digest. Nothing was written.',
  );
  return lines.slice(0, -1);
}

const widened = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'secretsmanager:*', Resource: '*' }],
};

function widenAccess(): void {
  scene.world.aws.iam.putRolePolicy(ROLE_NAME, 'spaces-workload-identity', widened);
}

test('what was reviewed is carried out after the merge', async () => {
  widenAccess();
  const { number, plan } = await review();
  merge(number);
  const run = await scene.succeed(apply(plan));
  expect(run.writes).toEqual(['iam:PutRolePolicy']);
  expect(run.outputs).toMatchObject({ verdict: 'applied', 'plan-digest': digestOf(plan) });
});

test('a pull request may be refused an apply, and its plan is left to the merge', async () => {
  const { plan } = await review();
  const run = await scene.fail('invalid-input', apply(plan));
  expect(run.calls).toEqual([]);
});

test('drift in between: refused, and the difference to the reviewed plan is shown', async () => {
  widenAccess();
  const { number, plan } = await review();
  merge(number);
  await addUnnoticed(scene, 'team-b', 'ctp-3');
  const lines = await refused(plan);
  expect(lines).toEqual([
    expect.stringMatching(/^\+ update role\/trust-policy: .* \(not in the reviewed plan\)$/),
    expect.stringMatching(/^\+ restart restart\/mxp-.*-system: .* \(not in the reviewed plan\)$/),
  ]);
});

test('a change that became another one, and one that is no longer needed', async () => {
  const { number, plan } = await review();
  merge(number);
  scene.world.aws.iam.editRole(ROLE_NAME, { inlinePolicies: {} });
  await scene.world.removeControlPlane('team-b', 'ctp-3');
  const lines = await refused(plan);
  expect(lines).toEqual([
    expect.stringMatching(/^! create role\/access-policy: .* \(another change than the reviewed one\)$/),
    '- role/trust-policy (in the reviewed plan, no longer needed)',
    expect.stringMatching(
      /^- restart\/mxp-.*-system\/external-secrets \(in the reviewed plan, no longer needed\)$/,
    ),
  ]);
});

test('without the comment to compare with, the whole plan of now is shown', async () => {
  const { number, plan } = await review();
  merge(number);
  await addUnnoticed(scene, 'team-b', 'ctp-4');
  github().job.permissions.pullRequests = 'none';
  const lines = await refused(plan);
  github().job.permissions.pullRequests = 'write';
  expect(lines[0]).toBe(
    'the reviewed plan was not found in a comment, so this is the whole plan as it is now:',
  );
  expect(lines.slice(1)).toContainEqual(expect.stringMatching(/^create role\/access-policy: /));
  expect(lines.slice(1)).toContainEqual(expect.stringMatching(/^update role\/trust-policy: /));
});

test('when nothing is left to do, that is what it says', async () => {
  const { number, plan } = await review();
  merge(number);
  await scene.succeed({ mode: 'apply', identity });
  github().comments.clear();
  expect(await refused(plan)).toEqual(['nothing is left to do']);
});
