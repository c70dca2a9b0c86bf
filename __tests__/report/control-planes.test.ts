/** The table of control planes: what happens to each, and why. */
import { expect, test } from '@jest/globals';
import { summary } from '../../src/report/summary.ts';
import { association, controlPlane, intent } from '../support/factories.ts';
import { host } from '../support/names.ts';
import { running } from '../support/workloads.ts';
import { worldOf } from '../support/world-of.ts';
import { many, planned, someCheck, withChanges } from './records.ts';

test('one row each, with what happens there and why', () => {
  const text = summary(planned(running({ a: 'irsa', b: 'nothing' })));
  expect(text).toContain('### Control planes: 2');
  expect(text).toMatch(
    /<code>team-a\/ctp-b<\/code> .*🔄 restart: pod external-secrets-b: nothing was injected/,
  );
});

test('what is not ready says why, and a namespace without a control plane has its row', () => {
  const parts = running({ a: 'nothing' });
  const waiting = controlPlane('z', { notReady: 'it has no ID yet' });
  const record = planned(
    { ...parts, controlPlanes: [...parts.controlPlanes, waiting], associations: [association('gone')] },
    {},
    intent({ identity: 'pod-identity' }),
  );
  const text = summary(record);
  expect(text).toContain('⏳ it has no ID yet');
  expect(text).toContain(
    `| (gone or not selected) | <code>${host('gone')}</code> | 🔴 delete association: its control plane is gone`,
  );
});

test('many with nothing to do share a row, their names folded, without and with checks', () => {
  const { world, ...record } = planned(many(60));
  const quiet = { ...withChanges([]), ...(world !== undefined && { world }) };
  const row =
    /^\| <details><summary>60 control planes<\/summary>(.*)<\/details> \|  \| nothing to do \|(.*)$/m;
  const [, names = '', end] = row.exec(summary({ ...record, ...quiet })) ?? [];
  expect(names.match(/n{55}\d/g)).toHaveLength(60);
  expect(end).toBe('');
  const passed = many(60).controlPlanes.map(({ group, name, namespace = '' }) =>
    someCheck({ controlPlane: `${group}/${name}`, namespace }),
  );
  const checked = row.exec(summary({ ...record, ...quiet, checks: passed })) ?? [];
  expect(checked[2]).toBe(' ✅ 1 check |');
});

test('many with the same changes share a row without the names of one, and what differs stands before them', () => {
  const parts = running({
    a: 'irsa',
    b: 'nothing',
    c: 'nothing',
    d: 'nothing',
    e: 'nothing',
    f: 'nothing',
    g: 'nothing',
  });
  const rows = summary(planned(parts))
    .split('\n')
    .filter((line) => line.includes('ctp-'));
  expect(rows).toHaveLength(2);
  expect(rows[0]).toMatch(/^\| <code>team-a\/ctp-a<\/code> /);
  expect(rows[1]).toContain(
    '6 control planes</summary><code>team-a/</code> ctp-b, ctp-c, ctp-d, ctp-e, ctp-f, ctp-g<',
  );
  expect(rows[1]).toContain('🔄 restart: pod …: nothing was injected');
});

test('five alike have a row each', () => {
  const text = summary(
    planned(running({ a: 'nothing', b: 'nothing', c: 'nothing', d: 'nothing', e: 'nothing' })),
  );
  expect(text.match(/🔄 restart: pod external-secrets-\w: nothing was injected/g)).toHaveLength(5);
});

test('many namespaces without a control plane share a row', () => {
  const ids = Array.from({ length: 7 }, (_, n) => `gone${n}`);
  const parts = { ...running({ a: 'nothing' }), associations: ids.map((id) => association(id)) };
  const text = summary(planned(parts, {}, intent({ identity: 'pod-identity' })));
  expect(text).toContain(
    '| 7 (gone or not selected) | <details><summary>7 namespaces</summary>mxp-gone0-system, ',
  );
  expect(text.match(/🔴 delete association: its control plane is gone/g)).toHaveLength(1);
});

test('what the verification saw stands in its row', () => {
  const record = planned(running({ a: 'irsa' }));
  expect(summary({ ...record, checks: [someCheck(), someCheck({ check: 'association' })] })).toContain(
    '✅ 2 checks',
  );
  const bad = summary({ ...record, checks: [someCheck(), someCheck({ status: 'fail', detail: 'stuck' })] });
  expect(bad).toMatch(/❌ rollout/);
  expect(bad).toContain('stuck');
  expect(summary({ ...record, checks: [] })).toContain('| Verified |');
  const named = { ...controlPlane('a'), group: '', name: host('a') };
  const outright = planned({ ...running({ a: 'irsa' }), controlPlanes: [named] });
  expect(summary({ ...outright, checks: [someCheck({ controlPlane: '' })] })).toContain('✅ 1 check |');
});

test('one without an ID yet has no namespace; one whose namespace was named outright no control plane', () => {
  const parts = running({ a: 'irsa' });
  const { id: _id, namespace: _namespace, ...early } = controlPlane('z', { notReady: 'it has no ID yet' });
  const named = { ...controlPlane('a'), group: '', name: host('a') };
  const text = summary(planned({ ...parts, controlPlanes: [named, early] }));
  expect(text).toContain('| <code>team-a/ctp-z</code> |  | ⏳ it has no ID yet |');
  expect(text).toContain(`| <code>${host('a')}</code> | <code>${host('a')}</code> |`);
});

test('a check that was made elsewhere only leaves its cell of the verification empty', () => {
  const checks = [
    someCheck(),
    someCheck({ namespace: host('b'), controlPlane: 'g/b', check: 'association' }),
  ];
  const text = summary({ ...planned(running({ a: 'irsa' })), checks });
  expect(text).toContain('| <code>team-a/ctp-a</code> |  | ✅ |');
});

test('before there is a plan, they are listed all the same', () => {
  const { plan: _plan, ...record } = planned(running({ a: 'nothing' }));
  expect(summary(record)).toContain(
    '| <code>team-a/ctp-a</code> | <code>mxp-a-system</code> | nothing to do |',
  );
});

test('after a run it is the world of then that is shown', () => {
  const record = planned(running({ a: 'nothing' }));
  const after = worldOf(intent(), running({ a: 'irsa', b: 'irsa' }));
  expect(summary({ ...record, after })).toContain('### Control planes: 2');
});
