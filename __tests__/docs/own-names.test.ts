/** The documents and examples name only inputs and outputs that there are. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { faultsInProse, faultsInYaml, PARTS, yamlBlocks } from './own-names.ts';

const read = (path: string): string => readFileSync(path, 'utf8');
const ymlIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yml'))
    .map((name) => join(folder, name));

const PAGES = [
  'README.md',
  'SECURITY.md',
  'CONTRIBUTING.md',
  'bootstrap/README.md',
  ...readdirSync('docs')
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
];

test.each(PAGES)('%s: inputs and outputs in its YAML and in its prose', (page) => {
  const text = read(page);
  expect(yamlBlocks(text).flatMap(faultsInYaml)).toEqual([]);
  expect(faultsInProse(text)).toEqual([]);
});

test.each([...ymlIn('examples'), ...ymlIn('.github/workflows')])('%s: inputs and outputs', (file) => {
  expect(faultsInYaml(read(file))).toEqual([]);
});

test('all four parts have names, and all pages with YAML are looked at', () => {
  expect([...PARTS.values()].filter(({ inputs, outputs }) => inputs.size < 3 || outputs.size < 2)).toEqual(
    [],
  );
  const withYaml = PAGES.filter((page) => yamlBlocks(read(page)).length > 0);
  expect(withYaml).toEqual([
    'README.md',
    'docs/fleet.md',
    'docs/isolation.md',
    'docs/migration.md',
    'docs/permissions.md',
  ]);
});

const step = (uses: string, input: string): string =>
  `steps:\n  - id: one\n    uses: ${uses}\n    with:\n      ${input}: x\n`;
const ACTION = 'OWNER/spaces-workload-identity@FULL_COMMIT_SHA';
const FLEET = 'OWNER/spaces-workload-identity/fleet@FULL_COMMIT_SHA';

test.each([
  [
    'an input that the action has not',
    step(ACTION, 'secret-prefix'),
    [`${ACTION} has no input secret-prefix`],
  ],
  ['one of another part', step(FLEET, 'cluster-name'), [`${FLEET} has no input cluster-name`]],
  [
    'a part that there is not',
    step('OWNER/spaces-workload-identity/flet@v1', 'x'),
    ['there is no OWNER/spaces-workload-identity/flet@v1'],
  ],
  [
    'a called workflow',
    'jobs:\n  a:\n    uses: OWNER/spaces-workload-identity/.github/workflows/fleet.yml@v1\n    with: { regionz: x }\n',
    ['OWNER/spaces-workload-identity/.github/workflows/fleet.yml@v1 has no input regionz'],
  ],
  ['what stands below `with:`', 'identity: irsa\nrole-nam: x\n', ['there is no input role-nam']],
  [
    'an output that the action has not',
    `${step(ACTION, 'mode')}  - run: echo \${{ steps.one.outputs.plan-digst }}\n`,
    ['steps.one.outputs.plan-digst: there is no such output'],
  ],
  [
    'an output of another part',
    `${step(FLEET, 'regions')}  - run: echo \${{ steps.one.outputs.plan-digest }}\n`,
    ['steps.one.outputs.plan-digest: there is no such output'],
  ],
  [
    'an output of a step that is not shown',
    '- run: echo ${{ steps.x.outputs.verdikt }}\n',
    ['steps.x.outputs.verdikt: there is no such output'],
  ],
])('%s is found out', (_what, text, faults) => {
  expect(faultsInYaml(text)).toEqual(faults);
});

test.each([
  ['inputs that there are', step(ACTION, 'secret-prefixes')],
  ['steps of others', step('actions/checkout@v6', 'fetch-depth')],
  ['outputs of others', '- id: x\n  run: a\n- run: ${{ steps.x.outputs.digest }}\n'],
  ['objects of Kubernetes', 'apiVersion: v1\nkind: Config\nmetadata: { name: x }\n'],
])('%s: nothing is wrong', (_what, text) => {
  expect(faultsInYaml(text)).toEqual([]);
});

test('prose: settings and outputs, and not what is fenced', () => {
  expect(faultsInProse('Set `adopt: true`, `permissions: id-token: write`, `mode: plan`.')).toEqual([]);
  expect(faultsInProse('Set `adobt: true`.')).toEqual(['`adobt: true`: there is no such input']);
  expect(faultsInProse('Use `steps.x.outputs.plan` or `steps.x.outputs.plann`.')).toEqual([
    'steps.x.outputs.plann: there is no such output',
  ]);
  expect(faultsInProse('```text\nset `adobt: true`\n```\n')).toEqual([]);
});

test('blocks in a list are moved to the left', () => {
  expect(yamlBlocks('1. x\n\n   ```yaml\n   a: 1\n   b:\n     c: 2\n   ```\n\n```sh\nx\n```\n')).toEqual([
    'a: 1\nb:\n  c: 2\n',
  ]);
});
