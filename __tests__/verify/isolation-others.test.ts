/** What check `isolation` says of several others, and where nothing is common to all. */
import { expect, test } from '@jest/globals';
import { desiredAccess } from '../../src/desired/access.ts';
import type { Statement } from '../../src/model/policy.ts';
import { verify } from '../../src/verify/verify.ts';
import { association, intent, ownedRole, role } from '../support/factories.ts';
import { running } from '../support/workloads.ts';
import { desiredOf, worldOf } from '../support/world-of.ts';
import { NO_EVIDENCE } from './support.ts';

const SECRETS = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:';
const reading = (name: string, Condition: Statement['Condition'] = {}): Statement => ({
  Effect: 'Allow',
  Action: 'secretsmanager:GetSecretValue',
  Resource: `${SECRETS}${name}`,
  Condition,
});
const PERHAPS = { Null: { 'aws:SourceVpc': 'false' } };

/** Of the first of five control planes, with these prefixes, where somebody has added statements to the role. */
function ofFirst(secretPrefixes: readonly string[], ...more: readonly Statement[]): string {
  const asked = intent({ identity: 'pod-identity', role: ownedRole({ secretPrefixes }) });
  const ids = ['a', 'b', 'c', 'd', 'e'] as const;
  const parts = running(
    { a: 'pod-identity', b: 'pod-identity', c: 'pod-identity', d: 'pod-identity', e: 'pod-identity' },
    { associations: ids.map((id) => association(id)) },
  );
  const desired = desiredOf(asked);
  const { final } = desiredAccess(desired, worldOf(asked, parts));
  const inlinePolicies = { ours: final, theirs: { Version: '2012-10-17', Statement: more } };
  const [first] = verify(desired, worldOf(asked, { ...parts, role: role({ inlinePolicies }) }), NO_EVIDENCE)
    .filter(({ check }) => check === 'isolation')
    .map(({ status, detail }) => `${status}: ${detail}`);
  return first ?? '';
}

test('where nothing is common to all, others are looked at as well', () => {
  expect(ofFirst(['{name}/'])).toBe('pass: reads ctp-a/, and nothing of others (evaluated locally)');
  expect(ofFirst(['{name}/'], reading('ctp-b/*'))).toBe('fail: it may read ctp-b/ of team-a/ctp-b');
});

test('at most three are named', () => {
  expect(ofFirst(['{name}/'], reading('*'))).toBe(
    'fail: it may read ctp-b/ of team-a/ctp-b; it may read ctp-c/ of team-a/ctp-c; it may read ctp-d/ of team-a/ctp-d',
  );
});

test('what is certain comes first, and decides', () => {
  expect(ofFirst(['{name}/'], reading('ctp-b/*', PERHAPS), reading('ctp-c/*'))).toBe(
    'fail: it may read ctp-c/ of team-a/ctp-c; whether it may read ctp-b/ of team-a/ctp-b is not known',
  );
  expect(
    ofFirst(
      ['{name}/'],
      reading('ctp-b/*', PERHAPS),
      reading('ctp-c/*', PERHAPS),
      reading('ctp-d/*', PERHAPS),
      reading('ctp-e/*'),
    ),
  ).toMatch(/^fail: it may read ctp-e\/ of team-a\/ctp-e; whether/);
});

test('what a group shares is nobody else’s', () => {
  expect(ofFirst(['{group}/', '{name}/'], reading('*'))).not.toContain('team-a/ of');
});
