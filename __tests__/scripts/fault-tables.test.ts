/** The tables of docs/reliability.md. */
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { FAULT_TABLES, faultRows, faultTable } from '../../scripts/fault-tables.ts';

test('rows that are alike become one, with how often and what came of it', () => {
  const rows = faultRows(
    JSON.stringify([
      { leg: 'apply', write: 'iam:CreateRole', nth: 1, when: 'before', outcome: 'put right' },
      { leg: 'destroy', write: 'iam:DeleteRole', nth: 1, when: 'before', outcome: 'put right' },
      { leg: 'apply', write: 'iam:CreateRole', nth: 1, when: 'after', outcome: 'put right' },
      { leg: 'apply', write: 'kube:patch deployments', nth: 2, when: 'before', outcome: 'broken' },
    ]),
  );
  expect(faultTable(rows, { by: ['leg'], tried: ['write'], came: ['outcome'] }).split('\n')).toEqual([
    '| leg | times | tried | what came of it |',
    '| --- | --- | --- | --- |',
    '| apply | 3 | iam:CreateRole (2), kube:patch deployments | put right (2), broken |',
    '| destroy | 1 | iam:DeleteRole | put right |',
  ]);
});

test('what is missing in a row is left out', () => {
  const rows = faultRows('[{"kind":"empty","action":"iam:GetRole","once":"went through","lasting":""}]');
  expect(faultTable(rows, { by: ['kind', 'none'], tried: ['action'], came: ['once', 'lasting'] })).toContain(
    '| empty |  | 1 | iam:GetRole | went through |',
  );
});

test('what is not a list of rows is refused', () => {
  expect(() => faultRows('{"leg":"apply"}')).toThrow();
});

test('each suite has its part in the document', () => {
  const text = readFileSync('docs/reliability.md', 'utf8');
  for (const suite of Object.keys(FAULT_TABLES)) expect(text).toContain(`<!-- ${suite}:begin`);
});
