/** The part of docs/troubleshooting.md that is made of first runs. */
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { DOCUMENT, firstRuns, PART, stable, withFirstRuns } from '../../scripts/first-run.ts';
import { FAILURE_REASONS } from '../../src/model/failure.ts';

const ID = '0a1b2c3d-0000-4000-8000-00000000abcd';

test.each([
  [`AccessDenied: no (request id ${ID})`, 'AccessDenied: no (request id …)'],
  [`namespace mxp-${ID}-system`, 'namespace mxp-ID-system'],
  ['dial tcp 127.0.0.1:45123: connect', 'dial tcp 127.0.0.1:PORT: connect'],
  ['http://localhost:8080/x', 'http://localhost:PORT/x'],
  ['at 2026-11-24T10:00:00Z and 2026-11-24T10:00:00.123Z', 'at TIME and TIME'],
  [`plan sha256:${'0f'.repeat(32)}`, 'plan sha256:…'],
  ['x/helm-v4.3.1-linux-amd64.tar.gz', 'x/helm-v4.3.1-OS-ARCH.tar.gz'],
  ['/tmp/runner-Ab12Cd/temp/x', 'DIRECTORY/temp/x'],
  ['/var/folders/a_b/T/spaces-sandbox-Ab12Cd/kubernetes', 'DIRECTORY/kubernetes'],
  [
    'https://oidc.eks.eu-central-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF',
    'https://oidc.eks.eu-central-1.amazonaws.com/id/ISSUER_ID',
  ],
])('%s: a placeholder for what differs from run to run', (text, shown) => {
  expect(stable(text)).toBe(shown);
  expect(stable(shown)).toBe(shown);
});

test.each([
  'account 111122223333 in eu-central-1',
  'arn:aws:sts::111122223333:assumed-role/github-runner/spaces-workload-identity-4711',
  'repo:octo-org@65/spaces-infra@74:environment:staging',
  'https://127.0.0.1:9/version',
  'kubectl apply -f permissions/rbac/plan-irsa.yaml',
])('%s stays as it is', (text) => {
  expect(stable(text)).toBe(text);
});

const seen = [
  { wrong: 'No `x` <y>', reason: 'sign-in-denied', message: 'sign-in-denied: a\nb\n' },
  { wrong: 'It | works', reason: '', message: '```\n| c |' },
];

test('a table of all runs, then what each has said, folded and whole', () => {
  expect(firstRuns(seen)).toBe(
    [
      '|  | what is wrong | how the run ends |',
      '| --- | --- | --- |',
      '| 1 | No `x` <y> | `sign-in-denied` |',
      '| 2 | It \\| works | goes through |',
      '',
      '<details><summary>1. No <code>x</code> &lt;y&gt;</summary>',
      '',
      '```text',
      'sign-in-denied: a',
      'b',
      '```',
      '',
      '</details>',
      '',
      '<details><summary>2. It | works</summary>',
      '',
      '````text',
      '```',
      '| c |',
      '````',
      '',
      '</details>',
    ].join('\n'),
  );
});

const without = (page: string): string => page.replace(PART, '');

test('the document has its part, with runs of known reasons, each with its message', () => {
  const text = readFileSync(DOCUMENT, 'utf8');
  const part = PART.exec(text)?.[0] ?? '';
  const reasons = [...part.matchAll(/^\| \d+ \| .* \| (?:`([a-z-]+)`|goes through) \|$/gm)].map(
    ([, name]) => name,
  );
  expect(reasons.length).toBeGreaterThan(20);
  const known = new Set<string | undefined>([...FAILURE_REASONS, undefined]);
  expect(reasons.filter((reason) => !known.has(reason))).toEqual([]);
  expect(part.match(/^<details>/gm)).toHaveLength(reasons.length);
  // A second making of it changes nothing else.
  expect(without(withFirstRuns(text, seen))).toBe(without(text));
});
