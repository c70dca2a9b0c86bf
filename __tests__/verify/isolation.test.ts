/** Whether a control plane reads its own and nothing of others: by the role's policies, IAM's answers and the proof. */
import { describe, expect, test } from '@jest/globals';
import { desiredAccess } from '../../src/desired/access.ts';
import { othersRefused, sampleOf } from '../../src/desired/isolation.ts';
import { expectationsOf } from '../../src/desired/permission-expectations.ts';
import type { Identity } from '../../src/model/config.ts';
import type { Evidence, Simulation } from '../../src/model/evidence.ts';
import type { Statement } from '../../src/model/policy.ts';
import type { Role } from '../../src/model/world.ts';
import { verify } from '../../src/verify/verify.ts';
import { association, intent, ownedRole, role, type WorldParts } from '../support/factories.ts';
import { host } from '../support/names.ts';
import { running } from '../support/workloads.ts';
import { desiredOf, worldOf } from '../support/world-of.ts';
import { NO_EVIDENCE } from './support.ts';

const BOTH = [['irsa'], ['pod-identity']] as const satisfies readonly (readonly [Identity])[];
const secret = (name: string): string => `arn:aws:secretsmanager:eu-central-1:111122223333:secret:${name}`;
const reading = (Resource: string, overrides: Partial<Statement> = {}): Statement => ({
  Effect: 'Allow',
  Action: 'secretsmanager:GetSecretValue',
  Resource,
  ...overrides,
});

function setup(identity: Identity, more: readonly Statement[] = [], ofRole: Partial<Role> = {}) {
  const asked = intent({ identity, role: ownedRole({ secretPrefixes: ['{name}/', 'shared/'] }) });
  const desired = desiredOf(asked);
  const parts = (overrides: Partial<WorldParts>): WorldParts =>
    running(
      { a: identity, b: identity, c: identity },
      { associations: ['a', 'b', 'c'].map((id) => association(id)), ...overrides },
    );
  const { final } = desiredAccess(desired, worldOf(asked, parts({})));
  const inlinePolicies = { ours: final, theirs: { Version: '2012-10-17', Statement: more } };
  const world = worldOf(asked, parts({ role: role({ inlinePolicies, ...ofRole }) }));
  return { desired, world, asked, parts };
}

type Setup = Pick<ReturnType<typeof setup>, 'desired' | 'world'>;

function findings({ desired, world }: Setup, evidence: Evidence = NO_EVIDENCE): readonly string[] {
  return verify(desired, world, evidence)
    .filter(({ check }) => check === 'isolation')
    .map(({ controlPlane, status, detail }) => `${controlPlane.slice(7)} ${status}: ${detail}`);
}

describe.each(BOTH)('%s', (identity) => {
  test('each reads its own', () => {
    expect(findings(setup(identity))).toEqual(
      ['a', 'b', 'c'].map(
        (id) => `ctp-${id} pass: reads ctp-${id}/, and nothing of others (evaluated locally)`,
      ),
    );
  });

  test.each<[string, Statement, string]>([
    [
      'everything',
      reading('*'),
      'ctp-a fail: it may read ctp-b/ of team-a/ctp-b; it may read ctp-c/ of team-a/ctp-c',
    ],
    ['another’s', reading(secret('ctp-b/*')), 'ctp-a fail: it may read ctp-b/ of team-a/ctp-b'],
    [
      'another’s, perhaps',
      reading(secret('ctp-b/*'), { Condition: { Null: { 'aws:SourceVpc': 'false' } } }),
      'ctp-a unknown: whether it may read ctp-b/ of team-a/ctp-b is not known',
    ],
    [
      'nobody’s',
      reading(secret('other/*')),
      'ctp-a pass: reads ctp-a/, and nothing of others (evaluated locally)',
    ],
    [
      'its own once more',
      reading(secret('ctp-a/x')),
      'ctp-a pass: reads ctp-a/, and nothing of others (evaluated locally)',
    ],
    [
      'not its own any more',
      { ...reading(secret('ctp-a/*')), Effect: 'Deny' },
      'ctp-a fail: it may not read its own ctp-a/: a policy denies it',
    ],
    [
      'not its own, perhaps',
      {
        ...reading(secret('ctp-a/*'), { Condition: { Null: { 'aws:SourceVpc': 'false' } } }),
        Effect: 'Deny',
      },
      'ctp-a unknown: whether it may read its own ctp-a/ is not known',
    ],
  ])('what others put on the role opens %s', (_what, statement, expected) => {
    expect(findings(setup(identity, [statement]))[0]).toBe(expected);
  });

  test('what one statement opens, another one may close', () => {
    const closed = { ...reading(secret('ctp-b/*')), Effect: 'Deny' } as const;
    expect(findings(setup(identity, [reading('*'), closed]))[0]).toBe(
      'ctp-a fail: it may read ctp-c/ of team-a/ctp-c',
    );
  });

  test('a managed policy is not read: a warning that names it', () => {
    const arn = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
    const [first] = findings(setup(identity, [], { attachedPolicies: [arn] }));
    expect(first).toContain('ctp-a warn: ');
    expect(first).toContain(`could not be looked into: ${arn}`);
  });

  test('without a role nobody reads', () => {
    const { desired, asked, parts } = setup(identity);
    expect(findings({ desired, world: worldOf(asked, parts({})) })[0]).toBe(
      'ctp-a fail: the role does not exist',
    );
  });

  test('without a statement of its own it reads nothing', () => {
    const { desired, asked, parts } = setup(identity);
    expect(findings({ desired, world: worldOf(asked, parts({ role: role() })) })[0]).toBe(
      'ctp-a fail: it may not read its own ctp-a/: nothing allows it',
    );
  });
});

test('an association with its session tags off does not let its pods read their own', () => {
  const { desired, asked, parts, world } = setup('pod-identity');
  const associations = [association('a', { disableSessionTags: true }), association('b'), association('c')];
  const { role: actual } = world.iam;
  const untagged = worldOf(asked, parts({ associations, ...(actual !== undefined && { role: actual }) }));
  expect(findings({ desired, world: untagged })).toEqual([
    'ctp-a fail: it may not read its own ctp-a/: nothing allows it',
    ...['b', 'c'].map((id) => expect.stringMatching(new RegExp(`^ctp-${id} pass: `))),
  ]);
});

describe('IAM, asked in the session of one of them', () => {
  const sound = setup('pod-identity');
  const answers = (decision: 'allowed' | 'implicit-deny'): Simulation => {
    const { desired, world } = sound;
    const sample = sampleOf(world);
    if (sample === undefined || world.iam.role === undefined) throw new Error('nobody to ask for');
    const own = expectationsOf(desired, world.iam.role, world.target, sample).map((one) => ({
      ...one,
      decision: one.expected === 'allowed' ? ('allowed' as const) : ('implicit-deny' as const),
    }));
    const others = othersRefused(desired, world.iam.role, world, sample).map((one) => ({ ...one, decision }));
    return {
      kind: 'simulated',
      answers: [...own, ...others].map(({ action, resource, context, decision: answer }) => ({
        action,
        resource,
        context,
        decision: answer,
        missing: [],
      })),
    };
  };

  test('is said where it was asked', () => {
    expect(findings(sound, { simulation: answers('implicit-deny') })).toEqual([
      'ctp-a pass: reads ctp-a/, and nothing of others (evaluated locally, and of 2 prefixes of others asked of IAM)',
      'ctp-b pass: reads ctp-b/, and nothing of others (evaluated locally)',
      'ctp-c pass: reads ctp-c/, and nothing of others (evaluated locally)',
    ]);
  });

  test('knows policies that are not read here', () => {
    expect(findings(sound, { simulation: answers('allowed') })[0]).toBe(
      'ctp-a fail: IAM lets it read under ctp-b/ of team-a/ctp-b, under ctp-c/ of team-a/ctp-c, by a policy that is not inline',
    );
  });

  test('judges what all may read once, and what each may read alone by its own statement', () => {
    const permissions = verify(sound.desired, sound.world, { simulation: answers('implicit-deny') })
      .filter(({ check }) => check === 'permissions')
      .map(({ status, detail }) => `${status}: ${detail}`);
    expect(permissions).toEqual([
      'pass: may read under shared/, ctp-a/, not outside, may not write (simulated by IAM)',
      'pass: may read under shared/, ctp-b/, not outside, may not write (simulated by IAM for team-a/ctp-a, its own evaluated locally)',
      'pass: may read under shared/, ctp-c/, not outside, may not write (simulated by IAM for team-a/ctp-a, its own evaluated locally)',
    ]);
  });
});

const withProof = (status: 'pass' | 'fail' | 'unknown', detail: string): Evidence => {
  const access = { status: 'pass', detail: 'assumed' } as const;
  return {
    ...NO_EVIDENCE,
    proofs: new Map([[host('a'), { access, negative: access, isolation: { status, detail } }]]),
  };
};

describe('the proof', () => {
  test.each([
    [
      'pass',
      'refused secret ctp-b/x of b',
      'ctp-a pass: reads ctp-a/, and nothing of others (evaluated locally); refused secret ctp-b/x of b',
    ],
    ['fail', 'it could read secret ctp-b/x of b', 'ctp-a fail: it could read secret ctp-b/x of b'],
    [
      'unknown',
      'no answer',
      'ctp-a unknown: reads ctp-a/, and nothing of others (evaluated locally); no answer',
    ],
  ] as const)('that %s counts', (status, detail, expected) => {
    expect(findings(setup('irsa'), withProof(status, detail))[0]).toBe(expected);
  });

  test('does not mend what the policies say', () => {
    const open = setup('irsa', [reading('*')]);
    expect(findings(open, withProof('pass', 'refused'))[0]).toMatch(/^ctp-a fail: it may read ctp-b/);
  });
});

test('where no prefix has a placeholder there is nothing to judge', () => {
  const asked = intent();
  const world = worldOf(asked, running({ a: 'irsa' }, { role: role() }));
  expect(findings({ desired: desiredOf(asked), world })).toEqual([]);
});
