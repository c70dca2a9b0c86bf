import { describe, expect, test } from '@jest/globals';
import { planTowards } from '../../src/plan/plan.ts';
import { oneLine, planLines } from '../../src/report/lines.ts';
import { helmValuesYaml } from '../../src/report/values.ts';
import { config, intent, releaseIntent } from '../support/factories.ts';
import { host, ROLE_ARN } from '../support/names.ts';
import { IRSA, settledIrsa } from '../support/settled.ts';
import { running } from '../support/workloads.ts';

const lines = (wanted = IRSA, world = running({ a: 'nothing' })): readonly string[] =>
  planLines(config({ intent: wanted }), planTowards(wanted, world), world);

describe('the plan in the log', () => {
  test('begins with the counts and ends with the digest', () => {
    const all = lines();
    expect(all[0]).toBe('space-prod: 5 to create, 0 to update, 0 to delete, 1 to restart');
    expect(all.at(-1)).toMatch(/^plan sha256:[0-9a-f]{64}$/);
    expect(lines(IRSA, settledIrsa())).toHaveLength(2);
  });

  test('names the control plane of what belongs to one, the reason and the effect', () => {
    const restart = lines().find((line) => line.includes('restart/'));
    expect(restart).toMatch(
      new RegExp(
        `^ {2}↻ restart/${host('a')} \\(team-a/ctp-a\\): .*nothing was injected.* \\[restarts 1 pod.*\\]$`,
      ),
    );
    expect(lines().find((line) => line.includes('role:'))).toMatch(/^ {2}\+ role: /);
  });

  test('shows the values that someone else has to set', () => {
    const byOthers = intent({ release: releaseIntent({ annotate: 'none', podLabels: { a: 'b' } }) });
    const text = lines(byOthers).join('\n');
    expect(text).toContain('output `helm-values`');
    expect(text).toContain(`        eks.amazonaws.com/role-arn: ${ROLE_ARN}`);
  });

  test('lets nothing begin a line of its own', () => {
    expect(oneLine('a\r\n::add-mask::b\n\nc')).toBe('a ::add-mask::b c');
  });
});

test('the values, as a GitOps repository would hold them', () => {
  const wanted = intent({ release: releaseIntent({ podLabels: { 'x.io/y': 'z' } }) });
  expect(helmValuesYaml(wanted, settledIrsa())).toBe(
    `controlPlanes:
  sharedSecrets:
    serviceAccount:
      customAnnotations:
        eks.amazonaws.com/role-arn: ${ROLE_ARN}
    pod:
      customLabels:
        x.io/y: z
features:
  alpha:
    sharedSecrets:
      enabled: true
`,
  );
});
