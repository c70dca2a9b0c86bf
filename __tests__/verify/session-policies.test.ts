/** What is seen of control planes that session policies keep apart. */
import { describe, expect, test } from '@jest/globals';
import { desiredAccess } from '../../src/desired/access.ts';
import { sessionPolicyOf } from '../../src/desired/session-policy.ts';
import type { PolicyDocument } from '../../src/model/policy.ts';
import type { Association } from '../../src/model/world.ts';
import { untaggedTrust } from '../../src/policy/trust-documents.ts';
import { verify } from '../../src/verify/verify.ts';
import { association, intent, ownedRole, role } from '../support/factories.ts';
import { host, START } from '../support/names.ts';
import { running } from '../support/workloads.ts';
import { desiredOf, worldOf } from '../support/world-of.ts';
import { NO_EVIDENCE } from './support.ts';

const asked = intent({
  identity: 'pod-identity',
  role: ownedRole({ secretPrefixes: ['{name}/', 'shared/'], isolateBy: 'session-policy' }),
});
const desired = desiredOf(asked);
const IDS = ['a', 'b'] as const;

const bare = running({ a: 'pod-identity', b: 'pod-identity' });

function policyOf(id: (typeof IDS)[number]): PolicyDocument {
  const found = worldOf(asked, bare).placed.find(({ namespace }) => namespace === host(id));
  if (found === undefined) throw new Error(`no ${id}`);
  return sessionPolicyOf(found, desired);
}

const narrowed = (id: (typeof IDS)[number], more: Partial<Association> = {}): Association =>
  association(id, {
    disableSessionTags: true,
    sessionPolicy: policyOf(id),
    modifiedAt: START - 7 * 3_600_000,
    ...more,
  });

function findings(ofA: Partial<Association> = {}, trustPolicy?: PolicyDocument): ReadonlyMap<string, string> {
  const associations = [narrowed('a', ofA), narrowed('b')];
  const parts = { ...bare, associations };
  const { final } = desiredAccess(desired, worldOf(asked, parts));
  const { target } = worldOf(asked, parts);
  const made = role({
    inlinePolicies: { 'spaces-workload-identity': final },
    trustPolicy: trustPolicy ?? untaggedTrust(target),
  });
  const world = worldOf(asked, { ...parts, role: made });
  return new Map(
    verify(desired, world, NO_EVIDENCE)
      .filter(({ namespace }) => namespace === host('a'))
      .map(({ check, status, detail }) => [check, `${status}: ${detail}`]),
  );
}

describe('all is well', () => {
  const found = findings();
  test.each([
    ['association', /^pass: a-a points to /],
    ['isolation', /^pass: reads ctp-a\/, and nothing of others \(evaluated locally\)$/],
    ['trust-policy', /^(pass|warn): admits this service account by EKS Pod Identity/],
    ['credentials-fresh', /^pass: /],
  ])('%s', (check, said) => {
    expect(found.get(check)).toMatch(said);
  });
});

test('the role alone would let each read everybody’s: only the session policies keep them apart', () => {
  const found = findings({
    sessionPolicy: { ...policyOf('a'), Statement: [...policyOf('a').Statement, ...policyOf('b').Statement] },
  });
  expect(found.get('isolation')).toBe('fail: it may read ctp-b/ of team-a/ctp-b');
  expect(found.get('association')).toBe(
    'fail: the session policy of a-a is another one than the inputs ask for',
  );
});

test('the session policy of another leaves nothing of its own', () => {
  const found = findings({ sessionPolicy: policyOf('b') });
  expect(found.get('isolation')).toBe('fail: it may not read its own ctp-a/: nothing allows it');
});

test('without one it is told', () => {
  const { sessionPolicy: _none, ...without } = narrowed('a');
  const parts = { ...bare, associations: [without, narrowed('b')] };
  const { final } = desiredAccess(desired, worldOf(asked, parts));
  const world = worldOf(asked, {
    ...parts,
    role: role({ inlinePolicies: { 'spaces-workload-identity': final } }),
  });
  const checks = verify(desired, world, NO_EVIDENCE).filter(({ namespace }) => namespace === host('a'));
  expect(checks.find(({ check }) => check === 'association')?.detail).toContain('a-a has no session policy');
  // Its sessions would carry no tags: what the role lets them read is everybody's.
  expect(checks.find(({ check }) => check === 'isolation')?.detail).toBe(
    'it may read ctp-b/ of team-a/ctp-b',
  );
});
