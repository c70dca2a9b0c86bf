/** The documents, held against what they tell of. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { CHECK_NAMES } from '../src/model/check.ts';
import { FAILURE_REASONS } from '../src/model/failure.ts';
import { policySize } from '../src/policy/equivalence.ts';
import { irsaTrust, podIdentityTrust } from '../src/policy/trust-documents.ts';
import { cluster, intent } from './support/factories.ts';
import { placeOf } from './support/world-of.ts';

const read = (path: string): string => readFileSync(path, 'utf8');

const PAGES = [
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'CHANGELOG.md',
  'sandbox/README.md',
  'bootstrap/README.md',
  ...readdirSync('docs').map((name) => `docs/${name}`),
];

/** GitHub's anchor of a heading. */
function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(' ', '-');
}

function anchorsOf(page: string): readonly string[] {
  return [...page.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => anchor(heading));
}

test.each(PAGES)('the links of %s lead somewhere', (page) => {
  const links = [...read(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  const broken = links.filter((link) => {
    if (/^https?:/.test(link)) return false;
    const [path = '', fragment] = link.split('#');
    const file = path === '' ? page : join(dirname(page), path);
    if (!existsSync(file)) return true;
    return fragment !== undefined && !anchorsOf(read(file)).includes(fragment);
  });
  expect(broken).toEqual([]);
});

test('the README has every failure reason, in the order of the list', () => {
  const rows = [...read('README.md').matchAll(/^\| `([a-z-]+)` \| [^|]+ \| [^|]+ \|$/gm)].map(
    ([, name]) => name,
  );
  const reasons: readonly string[] = FAILURE_REASONS;
  expect(rows.filter((name) => name !== undefined && reasons.includes(name))).toEqual(reasons);
});

test('docs/verification.md has every check, in the order of the list', () => {
  const rows = [...read('docs/verification.md').matchAll(/^\| `([a-z-]+)`/gm)].map(([, name]) => name);
  expect(rows).toEqual(CHECK_NAMES);
});

describe('docs/troubleshooting.md', () => {
  const page = read('docs/troubleshooting.md');

  test('has a section for every failure reason, and none for others', () => {
    const named = [...page.matchAll(/^## (`.*)$/gm)].flatMap(([, heading = '']) =>
      [...heading.matchAll(/`([^`]+)`/g)].map(([, name]) => name),
    );
    expect(new Set(named)).toEqual(new Set(FAILURE_REASONS));
    expect(named).toHaveLength(FAILURE_REASONS.length);
  });

  test('quotes what the action, AWS or Kubernetes really say', () => {
    const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts'))
      .map((path) => read(join('src', path)).replaceAll('\\`', '`'))
      .join('\n');
    /** In the words of the other side. */
    const theirs = new Set([
      'Unauthorized',
      'is not authorized to perform',
      'Not authorized to perform sts:AssumeRoleWithWebIdentity',
    ]);
    const seen = [...page.matchAll(/^\| `(.+?)` \| (?!`)/gm)].map(([, text = '']) => text);
    expect(seen.length).toBeGreaterThan(30);
    const unknown = seen.filter(
      (text) => !theirs.has(text) && !text.split('…').every((part) => sources.includes(part.trim())),
    );
    expect(unknown).toEqual([]);
  });
});

const namespaces = (count: number): readonly string[] =>
  Array.from(
    { length: count },
    (_, index) => `mxp-${String(index).padStart(8, '0')}-0000-4000-8000-000000000000-system`,
  );
const most = (quota: number, size: (count: number) => number): number => {
  let count = 1;
  while (size(count + 1) <= quota) count += 1;
  return count;
};

test('the README’s numbers of control planes are those of the trust policies', () => {
  const issuer = `https://oidc.eks.eu-central-1.amazonaws.com/id/${'A'.repeat(32)}`;
  const { target } = placeOf(intent(), cluster({ region: 'eu-central-1', issuer }));
  const trusted = (count: number) => ({
    target,
    scope: 'exact' as const,
    namespaces: namespaces(count),
    serviceAccount: 'external-secrets-controller',
  });
  const rows = [
    ...read('README.md').matchAll(/^\| ([\d,]+)(?: characters)?(?: \([^)]*\))? \| (\d+) \| (\d+) \|$/gm),
  ];
  expect(rows).toHaveLength(3);
  for (const [, quota = '', irsa, podIdentity] of rows) {
    const limit = Number(quota.replace(',', ''));
    expect([
      most(limit, (count) => policySize(irsaTrust(trusted(count)))),
      most(limit, (count) => policySize(podIdentityTrust(trusted(count)))),
    ]).toEqual([Number(irsa), Number(podIdentity)]);
  }
});

test('nothing unfinished is left in documents and examples', () => {
  const files = [
    ...PAGES,
    ...readdirSync('examples', { recursive: true, encoding: 'utf8' }).map((name) => join('examples', name)),
  ];
  const texts = files.filter((path) => /\.(md|yml)$/.test(path)).map((path) => [path, read(path)] as const);
  expect(texts.filter(([, text]) => /\b(TODO|FIXME|TBD|XXX)\b/.test(text)).map(([path]) => path)).toEqual([]);
});
