/** The inputs of the fleet: what they come to, and all that is wrong with them at once. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { withInputs } from '../../scripts/action-inputs.ts';
import { regionsOfRole } from '../../src/fleet/config.ts';
import { FLEET_INPUT_NAMES, FLEET_INPUTS } from '../../src/fleet/inputs.ts';
import { ACCOUNTS, configOf, problemsOf, roleIn } from './support.ts';

const [first, second] = ACCOUNTS;

test('fleet/action.yml is what the table makes it', () => {
  const file = readFileSync('fleet/action.yml', 'utf8');
  expect(withInputs(file, FLEET_INPUTS)).toBe(file);
  for (const name of FLEET_INPUT_NAMES) expect(FLEET_INPUTS[name].description).toMatch(/^\S[^\n]*\S[.)]$/);
});

test('with regions alone, everything of the job’s own account is asked for', () => {
  expect(configOf({ regions: ' eu-central-1, us-east-1 # ours\n\nus-east-1' })).toEqual({
    regions: ['eu-central-1', 'us-east-1'],
    roles: [],
    tags: {},
    globs: [],
    laterRole: undefined,
    signIn: {
      sessionName: 'spaces-workload-identity-1234',
      durationSeconds: 3600,
      audience: 'sts.amazonaws.com',
    },
  });
});

test('every input has its place', () => {
  const config = configOf({
    'roles-to-assume': `${roleIn(first)} # one\n${roleIn(second, 'ci/reader')}`,
    'cluster-tags': 'team=a b, aws:cloudformation:stack-name=x=y\nempty=',
    clusters: 'space-{a,b}, !*_[!x]',
    'role-name-in-account': 'ci/check',
    'role-session-name': 'fleet',
    'role-duration': '15m',
    audience: 'sts.amazonaws.com.cn',
  });
  expect(config).toEqual({
    regions: ['eu-central-1'],
    roles: [roleIn(first), roleIn(second, 'ci/reader')],
    tags: { team: 'a b', 'aws:cloudformation:stack-name': 'x=y', empty: '' },
    globs: ['space-{a,b}', '!*_[^x]'],
    laterRole: 'ci/check',
    signIn: { sessionName: 'fleet', durationSeconds: 900, audience: 'sts.amazonaws.com.cn' },
  });
});

test('all problems are told at once', () => {
  const problems = problemsOf({
    regions: 'Frankfurt',
    'cluster-tags': 'team',
    clusters: 'a/b',
    'role-name-in-account': roleIn(first),
    'role-duration': '1m',
    audience: 'a b',
    'role-session-name': '?',
  });
  const named = problems.map((line) => /^`([^`]+)`/.exec(line)?.[1]);
  expect(named).toEqual([
    'regions',
    'cluster-tags',
    'clusters',
    'role-name-in-account',
    'role-session-name',
    'role-duration',
    'audience',
  ]);
  expect(problems[0]).toBe(
    '`regions`: `Frankfurt` is not understood; allowed: regions such as `eu-central-1`, one a line or with commas between (not `Frankfurt`).',
  );
});

describe('regions', () => {
  test.each([
    ['', /^`regions` is required: regions such as `eu-central-1`/],
    ['# none yet', /^`regions`: `# none yet` is not understood; allowed: regions such as/],
    ['eu-central-1, eu', /not `eu`/],
  ])('%j is refused', (regions, said) => {
    expect(problemsOf({ regions })).toEqual([expect.stringMatching(said)]);
  });
});

describe('roles', () => {
  test('a bad one is told by its place, since a list of roles may be a secret', () => {
    const [said, ...others] = problemsOf({ 'roles-to-assume': `${roleIn(first)}\nAKIAEXAMPLE` });
    expect(others).toEqual([]);
    expect(said).toContain('its value (not shown) is not understood');
    expect(said).toContain('(entry 2 is none)');
    expect(said).not.toContain('AKIA');
  });

  test('two of one account are named both', () => {
    const roles = [roleIn(first), roleIn(first, 'other'), roleIn(second)];
    expect(problemsOf({ 'roles-to-assume': roles.join('\n') })).toEqual([
      `\`roles-to-assume\` has more than one role of account ${first}: \`${roles[0]}\` and \`${roles[1]}\`. Each of its clusters would be found more than once: take one role an account.`,
    ]);
    expect(problemsOf({ 'roles-to-assume': `${roles[0]}, ${roles[0]}` })).toEqual([]);
  });

  test.each(['check', 'ci/check', 'a/b/c.d', 'x'.repeat(64)])('the later role may be %s', (name) => {
    expect(configOf({ 'role-name-in-account': name }).laterRole).toBe(name);
  });

  test.each(['/check', 'ci//check', 'ci/', 'a b', 'x'.repeat(65), roleIn(first)])(
    'the later role may not be %s',
    (name) => {
      expect(problemsOf({ 'role-name-in-account': name })).toHaveLength(1);
    },
  );
});

describe('partitions', () => {
  const china = `arn:aws-cn:iam::${second}:role/reader`;

  test('each role looks in the regions of its own', () => {
    const regions = ['eu-central-1', 'cn-north-1', 'xx-new-1'];
    const config = configOf({ regions: regions.join(), 'roles-to-assume': `${roleIn(first)}\n${china}` });
    expect(regionsOfRole(config.regions, roleIn(first))).toEqual(['eu-central-1', 'xx-new-1']);
    expect(regionsOfRole(config.regions, china)).toEqual(['cn-north-1']);
    expect(regionsOfRole(config.regions, undefined)).toEqual(regions);
  });

  test('a region without a role and a role without a region are refused', () => {
    expect(problemsOf({ regions: 'eu-central-1, us-gov-west-1', 'roles-to-assume': roleIn(first) })).toEqual([
      '`regions` has `us-gov-west-1` of partition `aws-us-gov`, but `roles-to-assume` has no role of it: nothing reaches from one into the other.',
    ]);
    expect(problemsOf({ 'roles-to-assume': `${roleIn(first)}, ${china}` })).toEqual([
      `\`roles-to-assume\` has \`${china}\`, but \`regions\` has no region of its partition \`aws-cn\`.`,
    ]);
  });

  test('the job’s own credentials are of one', () => {
    const [said, ...others] = problemsOf({ regions: 'eu-central-1, cn-north-1' });
    expect(others).toEqual([]);
    expect(said).toContain('(`eu-central-1` of `aws`, `cn-north-1` of `aws-cn`)');
  });

  test('roles that are not understood say enough', () => {
    expect(problemsOf({ regions: 'eu-central-1', 'roles-to-assume': 'reader' })).toHaveLength(1);
  });
});

describe('globs of names', () => {
  test.each(['*', 'space-?', 'Space_[a-z]*', '{a,b}-x', '!lab-*'])('%s is one', (glob) => {
    expect(configOf({ clusters: glob }).globs).toEqual([glob]);
  });

  test.each(['a/b', '!', 'a[', '{a}', '{a,b', 'a.b', 'a..b', '@(a)'])('%s is none', (glob) => {
    expect(problemsOf({ clusters: glob })).toEqual([
      expect.stringContaining('cluster name globs with `*`, `?`, `[…]` and `{a,b}`'),
    ]);
  });
});
