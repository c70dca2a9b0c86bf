/** The plan in the job log, and the values for whoever sets them. */
import { describe, expect, test } from '@jest/globals';
import { changeLines, oneLine, planLines } from '../../src/report/lines.ts';
import { helmValuesYaml } from '../../src/report/values.ts';
import { makeChange, unmanaged } from '../../src/resources/change-maker.ts';
import { config, intent, releaseIntent } from '../support/factories.ts';
import { host, ROLE_ARN } from '../support/names.ts';
import { IRSA, settledIrsa } from '../support/settled.ts';
import { running } from '../support/workloads.ts';
import { planFor } from '../support/plans.ts';
import { desiredOf, placeOf, worldOf } from '../support/world-of.ts';

const lines = (asked = IRSA, parts = running({ a: 'nothing' })): readonly string[] => {
  const plan = planFor(asked, parts);
  const { counts, changes, end } = planLines(
    config({ intent: asked }),
    desiredOf(asked),
    plan,
    worldOf(asked, parts),
  );
  return [counts, ...changes, ...end];
};

describe('the plan in the log', () => {
  test('begins with the counts and ends with the digest', () => {
    const all = lines();
    expect(all[0]).toBe('space-prod: 4 to create, 0 to update, 0 to delete, 1 to restart');
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

  test('names it once, where the id has it already', () => {
    const draft = {
      id: 'control-plane/g/n',
      host: { name: 'g/n', namespace: '' },
      target: 'g/n',
      reason: 'it has no ID yet',
      severity: 'availability',
    } as const;
    const wait = makeChange({ ...draft, action: 'wait' }, { op: 'await-control-plane', controlPlane: 'g/n' });
    const gone = { id: 'association/x', host: { name: 'x', namespace: 'x' }, target: 'x', reason: 'y' };
    expect(changeLines([wait, unmanaged({ ...gone, severity: 'hygiene' })])).toEqual([
      '  … control-plane/g/n: it has no ID yet',
      '  ? association/x: y',
    ]);
  });

  test('has a line for each change with its sign, effect and whose it is', () => {
    expect(lines().slice(-2, -1)).toEqual([
      `  ↻ restart/${host('a')} (team-a/ctp-a): pod external-secrets-a: nothing was injected: it falls back to the node's role [restarts 1 pod]`,
    ]);
  });

  test('shows the values that someone else has to set', () => {
    const byOthers = intent({ release: releaseIntent({ annotate: 'none', podLabels: { a: 'b' } }) });
    const all = lines(byOthers);
    expect(all).toContain("Values that the Space's release needs (output `helm-values`):");
    expect(all).toContain(`            eks.amazonaws.com/role-arn: ${ROLE_ARN}`);
  });

  test('lets nothing begin a line of its own', () => {
    expect(oneLine('a\r\n::add-mask::b\n\nc')).toBe('a ::add-mask::b c');
  });
});

test('the values, as a GitOps repository would hold them', () => {
  const asked = intent({ release: releaseIntent({ podLabels: { 'x.io/y': 'z' } }) });
  expect(helmValuesYaml(desiredOf(asked), placeOf(asked).target)).toBe(
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
