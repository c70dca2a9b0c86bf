/** The policies that a maintainer fills in, and the workflow that he starts. */
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { z } from 'zod';

const FILES = ['acceptance/policy.json', 'acceptance/policy-create.json'];
const PLACEHOLDERS = ['ACCOUNT_ID', 'CLUSTER_NAME', 'PARTITION', 'REGION'];
const policySchema = z.object({
  Version: z.literal('2012-10-17'),
  Statement: z.array(
    z.object({
      Sid: z.string(),
      Effect: z.literal('Allow'),
      Action: z.union([z.string(), z.array(z.string())]),
      Resource: z.union([z.string(), z.array(z.string())]),
      Condition: z.unknown().optional(),
    }),
  ),
});

test.each(FILES)('%s has the placeholders that the page names, and fits into a role', (file) => {
  const text = readFileSync(file, 'utf8');
  const used = new Set([...text.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name ?? ''));
  expect([...used].filter((name) => !PLACEHOLDERS.includes(name))).toEqual([]);
  const page = readFileSync('docs/acceptance.md', 'utf8');
  expect(PLACEHOLDERS.filter((name) => !page.includes(`\`\${${name}}\``))).toEqual([]);
  // The quota of all inline policies of a role together.
  expect(JSON.stringify(policySchema.parse(JSON.parse(text))).length).toBeLessThan(5_000);
});

test.each(FILES)(
  "%s gives no right over what bears none of the run's names, but to look and for the network",
  (file) => {
    const { Statement } = policySchema.parse(JSON.parse(readFileSync(file, 'utf8')));
    const open = Statement.filter(({ Resource }) => Resource === '*').map(({ Sid }) => Sid);
    expect(open.filter((sid) => !['Account', 'Network', 'ServiceLinkedRoles'].includes(sid))).toEqual([]);
  },
);

const workflowSchema = z.object({
  on: z.record(z.string(), z.unknown()),
  jobs: z.record(
    z.string(),
    z.object({ environment: z.string(), permissions: z.record(z.string(), z.string()) }),
  ),
});

test('the workflow starts by hand alone, after an approval, and may only read and sign in', () => {
  const { on, jobs } = workflowSchema.parse(parse(readFileSync('.github/workflows/acceptance.yml', 'utf8')));
  expect(Object.keys(on)).toEqual(['workflow_dispatch']);
  expect(Object.values(jobs)).toEqual([
    { environment: 'acceptance', permissions: { contents: 'read', 'id-token': 'write' } },
  ]);
});
