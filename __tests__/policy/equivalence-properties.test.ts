/** Documents that count as the same are never told apart by the evaluation, whatever is asked. */
import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { ConditionBlock, PolicyDocument, Statement } from '../../src/model/policy.ts';
import { isEquivalent } from '../../src/policy/equivalence.ts';
import { evaluate } from '../../src/policy/evaluate.ts';
import { ROLE_ARN } from '../support/names.ts';
import { accessStatements, requests, trustStatements } from './arbitraries.ts';
import { READ, SECRET, STS } from './known-request.ts';

type Edit = (document: PolicyDocument) => PolicyDocument;

const each =
  (change: (statement: Statement) => Statement): Edit =>
  (document) => ({ ...document, Statement: document.Statement.map(change) });
const inConditions = (change: (block: ConditionBlock) => ConditionBlock): Edit =>
  each(({ Condition = {}, ...rest }) => ({ ...rest, Condition: change(Condition) }));
const entries = (block: ConditionBlock) => Object.entries(block);

/** What people and tools do to a document, with and without meaning. */
const EDITS: readonly Edit[] = [
  (document) => ({ ...document, Statement: document.Statement.toReversed() }),
  (document) => ({ ...document, Statement: [...document.Statement, ...document.Statement] }),
  (document) => ({ ...document, Statement: document.Statement.slice(1) }),
  (document) => ({ ...document, Version: '2008-10-17' }),
  each((statement) => ({ ...statement, Sid: 'Label' })),
  each(({ Condition: _condition, ...open }) => open),
  each((statement) => ({ ...statement, Effect: 'Deny' })),
  each(({ Action, ...rest }) =>
    Action === undefined ? rest : { ...rest, Action: [Action].flat().map((name) => name.toUpperCase()) },
  ),
  inConditions((block) => Object.fromEntries(entries(block).toReversed())),
  inConditions((block) =>
    Object.fromEntries(entries(block).map(([name, keys]) => [name.toLowerCase(), keys])),
  ),
  // One key in two spellings, and one operator: both conditions have to hold.
  inConditions((block) =>
    Object.fromEntries(
      entries(block).map(([name, keys]) => [
        name,
        { ...Object.fromEntries(Object.keys(keys).map((key) => [key.toUpperCase(), 'other'])), ...keys },
      ]),
    ),
  ),
  inConditions((block) => ({
    ...block,
    ...Object.fromEntries(
      entries(block).map(([name, keys]) => [
        name.toUpperCase(),
        Object.fromEntries(Object.keys(keys).map((key) => [key, 'other'])),
      ]),
    ),
  })),
];

const edited = fc.array(fc.constantFrom(...EDITS), { minLength: 1, maxLength: 3 });
const changed = (document: PolicyDocument, edits: readonly Edit[]): PolicyDocument =>
  edits.reduce((before, edit) => edit(before), document);

test.each([
  ['access policies', accessStatements, { action: READ, resource: SECRET }],
  ['trust policies', trustStatements, { action: STS, principal: { kind: 'AWS' as const, name: ROLE_ARN } }],
])('%s', (_what, statements, request) => {
  let same = 0;
  fc.assert(
    fc.property(statements, edited, requests, (Statement, edits, { context }) => {
      const first = { Version: '2012-10-17', Statement };
      const second = changed(first, edits);
      if (!isEquivalent(first, second)) return;
      if (JSON.stringify(first) !== JSON.stringify(second)) same += 1;
      const [one, other] = [first, second].map(
        (document) => evaluate([document], { ...request, context }).decision,
      );
      expect(other).toBe(one);
    }),
    { numRuns: 4000 },
  );
  expect(same).toBeGreaterThan(100);
});
