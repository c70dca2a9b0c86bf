/** Who may assume the role, as the summary draws it. */
import { describe, expect, test } from '@jest/globals';
import type { RunRecord } from '../../src/model/record.ts';
import { summary } from '../../src/report/summary.ts';
import { config, intent, ownedRole } from '../support/factories.ts';
import { ROLE_ARN } from '../support/names.ts';
import { running } from '../support/workloads.ts';
import { planned } from './records.ts';

const picture = (record: RunRecord): string => /```mermaid\n([^]*?)\n```/.exec(summary(record))?.[1] ?? '';

describe('the picture', () => {
  test('job, groups, role and prefixes', () => {
    const { signIn } = config();
    const assumeRoles = ['arn:aws:iam::444455556666:role/readers'];
    const role = ownedRole({ secretPrefixes: ['prod/{name}/'], parameterPrefixes: ['/prod/'], assumeRoles });
    const record = planned(
      running({ a: 'irsa', b: 'irsa' }),
      { signIn: { ...signIn, roleToAssume: 'arn:aws:iam::111122223333:role/job' } },
      intent({ role }),
    );
    expect(picture(record).split('\n')).toEqual([
      'flowchart LR',
      '  job["GitHub job"] -->|OIDC| runner["arn:aws:iam::111122223333:role/job"]',
      '  runner -.->|keeps in order| role',
      '  g0["team-a<br>2 × external-secrets-controller"] -->|IRSA| role',
      `  role["${ROLE_ARN}"]`,
      '  role -->|reads| p0["parameters /prod/…"]',
      '  role -->|reads| p1["secrets prod/#123;name#125;/…"]',
      '  role -->|goes on to| r0["arn:aws:iam::444455556666:role/readers"]',
    ]);
  });

  test('with hundreds of groups and prefixes it stays small', () => {
    const parts = running(
      Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`c${index}`, 'irsa'] as const)),
    );
    const controlPlanes = parts.controlPlanes.map((controlPlane, index) => ({
      ...controlPlane,
      group: `group-${index % 50}`,
    }));
    const role = ownedRole({ secretPrefixes: Array.from({ length: 20 }, (_, index) => `p${index}/`) });
    const drawn = picture(planned({ ...parts, controlPlanes }, {}, intent({ role })));
    expect(drawn.split('\n').length).toBeLessThan(20);
    expect(drawn).toContain('42 more groups<br>168 × external-secrets-controller');
    expect(drawn).toContain('14 more prefixes');
  });

  test('a role made elsewhere, and namespaces named outright', () => {
    const parts = running({ a: 'pod-identity' });
    const controlPlanes = parts.controlPlanes.map((controlPlane) => ({ ...controlPlane, group: '' }));
    const asked = intent({ identity: 'pod-identity', role: { kind: 'referenced', arn: ROLE_ARN } });
    const drawn = picture(planned({ ...parts, controlPlanes }, {}, asked));
    expect(drawn).toContain('g0["namespaces<br>1 × external-secrets-controller"] -->|EKS Pod Identity| role');
    expect(drawn).toContain('whatever the given role may');
  });

  test('no name can end its label', () => {
    const parts = running({ a: 'irsa' });
    const hostile = parts.controlPlanes.map((controlPlane) => ({
      ...controlPlane,
      group: 'a"] --> x["<b>`\n```',
    }));
    expect(picture(planned({ ...parts, controlPlanes: hostile }))).toContain('g0["a -- xb<br>1 ×');
  });
});
