/** What each control plane may read alone, and whose proof counts for it, in check `permissions`. */
import { describe, expect, test } from '@jest/globals';
import { desiredAccess } from '../../src/desired/access.ts';
import { sampleOf } from '../../src/desired/isolation.ts';
import { expectationsOf } from '../../src/desired/permission-expectations.ts';
import type { Evidence, SimulatedAnswer } from '../../src/model/evidence.ts';
import type { PolicyDocument } from '../../src/model/policy.ts';
import { verify } from '../../src/verify/verify.ts';
import { association, intent, ownedRole, role } from '../support/factories.ts';
import { host, ISSUER_HOST } from '../support/names.ts';
import { running } from '../support/workloads.ts';
import { desiredOf, worldOf } from '../support/world-of.ts';

const asked = intent({
  identity: 'pod-identity',
  role: ownedRole({ secretPrefixes: ['shared/', '{name}/'] }),
});
const desired = desiredOf(asked);
const parts = running(
  { a: 'pod-identity', b: 'pod-identity' },
  { associations: ['a', 'b'].map((id) => association(id)) },
);
const { final } = desiredAccess(desired, worldOf(asked, parts));
const worldWith = (document: PolicyDocument) =>
  worldOf(asked, { ...parts, role: role({ inlinePolicies: { ours: document } }) });
const sound = worldWith(final);
/** Without the statement that is the own one of a control plane. */
const lacking = (id: string) =>
  worldWith({
    ...final,
    Statement: final.Statement.filter((one) => !JSON.stringify(one).includes(`ctp-${id}/`)),
  });

/** IAM's answers to what it is asked about, in the session of the first one. */
function simulated(
  world: typeof sound,
  change: (answer: SimulatedAnswer) => Partial<SimulatedAnswer> = () => ({}),
): Evidence {
  const sample = sampleOf(world);
  if (sample === undefined || world.iam.role === undefined) throw new Error('nobody to ask for');
  const answers = expectationsOf(desired, world.iam.role, world.target, sample).map(
    (one): SimulatedAnswer => {
      const { action, resource, context, expected } = one;
      const decision = expected === 'allowed' ? 'allowed' : 'implicit-deny';
      const answer = { action, resource, context, decision, missing: [] } as const;
      return { ...answer, ...change(answer) };
    },
  );
  return { simulation: { kind: 'simulated', answers } };
}

const found = (world: typeof sound, evidence: Evidence): readonly string[] =>
  verify(desired, world, evidence)
    .filter(({ check }) => check === 'permissions')
    .map(({ status, detail }) => `${status}: ${detail.split(' (')[0]}`);

const REFUSED: Evidence = { simulation: { kind: 'refused', why: 'AccessDenied' } };
const reads = (id: string): string => `pass: may read under shared/, ctp-${id}/, not outside, may not write`;

describe('what is its own', () => {
  test('has to be readable, evaluated here', () => {
    expect(found(sound, REFUSED)).toEqual([reads('a'), reads('b')]);
    expect(found(lacking('a'), REFUSED)).toEqual([
      'fail: may not secretsmanager:GetSecretValue under ctp-a/',
      reads('b'),
    ]);
  });

  test('of one in whose session IAM was not asked is evaluated here', () => {
    expect(found(lacking('b'), simulated(lacking('b')))).toEqual([
      reads('a'),
      'fail: may not secretsmanager:GetSecretValue under ctp-b/',
    ]);
  });

  test('does not stand for what all may read: that is asked of IAM once, for all', () => {
    const denied = simulated(sound, ({ resource }) =>
      resource.includes('shared/') ? { decision: 'explicit-deny' } : {},
    );
    expect(found(sound, denied).map((text) => text.split(' ')[0])).toEqual(['fail:', 'fail:']);
  });
});

test('a key that such a session never has is no doubt', () => {
  const missing = [`${ISSUER_HOST}:sub`];
  expect(
    found(
      sound,
      simulated(sound, () => ({ missing })),
    ),
  ).toEqual([reads('a'), reads('b')]);
});

test('the proof of one control plane says nothing of another', () => {
  const pass = { status: 'pass', detail: '' } as const;
  const proofs = new Map([[host('a'), { access: pass, negative: pass }]]);
  const open = simulated(sound, () => ({ missing: ['aws:SourceVpce'] }));
  expect(found(sound, { ...open, probed: true, proofs }).map((text) => text.split(' ')[0])).toEqual([
    'warn:',
    'unknown:',
  ]);
});
