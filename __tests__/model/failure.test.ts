/** The file of permissions/ that a failure names. */
import { expect, test } from '@jest/globals';
import { ANY_JOB, Failure, ofJob, withAddresses } from '../../src/model/failure.ts';

const denied = (next: string): Failure => new Failure('access-denied', { tried: 'x', said: 'no', next });

test('is the one of the job, once that is known', () => {
  const failure = denied(`See permissions/iam/${ANY_JOB}.json.`);
  expect(ofJob(failure, 'plan-irsa').message).toBe('x: no\nSee permissions/iam/plan-irsa.json.');
  expect(ofJob(failure, 'plan-irsa').reason).toBe('access-denied');
  expect(ofJob(failure, undefined)).toBe(failure);
});

test('others stay the very same, with their cause', () => {
  const failure = denied('Wait.');
  expect(ofJob(failure, 'plan-irsa')).toBe(failure);
});

const RAW = 'https://github.com/octo-org/identity/raw/v1';

test.each([
  [
    'Apply permissions/rbac/plan-irsa.yaml (`kubectl apply -f permissions/rbac/plan-irsa.yaml`).',
    `Apply ${RAW}/permissions/rbac/plan-irsa.yaml (\`kubectl apply -f ${RAW}/permissions/rbac/plan-irsa.yaml\`).`,
  ],
  ['permissions/iam/plan-irsa.json of this action', `${RAW}/permissions/iam/plan-irsa.json of this action`],
  ['See docs/permissions.md.', `See ${RAW}/docs/permissions.md.`],
  ['bootstrap/README.md makes it', `${RAW}/bootstrap/README.md makes it`],
])('%s: a file of the action gets its address', (next, shown) => {
  expect(withAddresses(denied(next), RAW)).toMatchObject({
    reason: 'access-denied',
    details: { next: shown },
  });
});

test.each(['See https://example.com/docs/permissions.md.', 'my/docs/permissions.md', 'Wait.', 'docs/x.txt'])(
  '%s: a file of others gets none',
  (next) => {
    const failure = denied(next);
    expect(withAddresses(failure, RAW)).toBe(failure);
  },
);

test('without an address the file stays as it is', () => {
  const failure = denied('See docs/permissions.md.');
  expect(withAddresses(failure, undefined)).toBe(failure);
});

test('what is wrong with the inputs says what to do: its files get addresses too, those of other words do not', () => {
  const said = 'see examples/reviewed/plan.yml, examples/reviewed/apply.yml.';
  const of = (reason: 'invalid-input' | 'timed-out') =>
    withAddresses(new Failure(reason, { tried: 'x', said, next: '' }), RAW).details.said;
  expect(of('invalid-input')).toBe(
    `see ${RAW}/examples/reviewed/plan.yml, ${RAW}/examples/reviewed/apply.yml.`,
  );
  expect(of('timed-out')).toBe(said);
});
