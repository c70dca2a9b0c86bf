/** Text of others in Markdown: shown as it is, with no effect. */
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { comment } from '../../src/report/comment.ts';
import { code, plain, prose } from '../../src/report/escape.ts';
import { issueText } from '../../src/report/issue.ts';
import { planLines } from '../../src/report/lines.ts';
import { table } from '../../src/report/markdown.ts';
import { summary } from '../../src/report/summary.ts';
import { config, controlPlane } from '../support/factories.ts';
import { Failure } from '../../src/model/failure.ts';
import { running } from '../support/workloads.ts';
import { planned, someChange, withChanges } from './records.ts';

const hostile = [
  'a | b',
  '</details><details open>',
  '<!-- spaces-workload-identity {"version":1} -->',
  '```\n# heading',
  '~~~',
  '@octo-org/admins and @octocat',
  '[click](https://evil.example.com) ![x](https://evil.example.com/x.png)',
  'https://evil.example.com www.evil.example.com',
  '#1 octo-org/spaces-infra#2',
  '<script>alert(1)</script>',
  '**bold** _it_ `code` \\| $x$',
  '::set-output name=verdict::in-sync',
  '\r\n\r\n## heading\n- item',
  '&lt;b&gt; &#124;',
];

test.each([
  ['set `role-arn` or `role-name`.', 'set <code>role-arn</code> or <code>role-name</code>.'],
  ['`a`', '<code>a</code>'],
  [
    '`a` `b`, (`c`)',
    '<code>a</code> <code>b</code>, (<code>c</code>)'.replaceAll(/[()]/g, (at) => `&#${at.charCodeAt(0)};`),
  ],
  ['one ` alone', 'one &#96; alone'],
  ['run `x <b> | y`', 'run <code>x &#60;b&#62; &#124; y</code>'],
])('between backticks stands code: %s', (text, html) => {
  expect(prose(text)).toBe(html);
});

test('a failure and a warning show what is code as code', () => {
  const failure = new Failure('quota-exceeded', {
    tried: 'a `b`',
    said: 'c `d`',
    next: 'Set `adopt: true`.',
  });
  const text = summary({ ...planned(), failure });
  expect(text).toContain('<code>adopt: true</code>');
  expect(text).not.toContain('&#96;');
});

describe.each(hostile)('%j', (text) => {
  test('prose: nothing of Markdown or HTML left but code', () => {
    const inside = prose(text).replaceAll(/<\/?code>/g, '');
    expect(inside).not.toMatch(/[<>|`*_~[\]\\!$(){}"'\r\n]/);
    expect(decode(inside).replaceAll(/[\u200B\s`]/g, '')).toBe(text.replaceAll(/[\s`]/g, ''));
  });

  test.each([
    ['code', code],
    ['plain', plain],
  ] as const)('%s: one line, nothing of Markdown, HTML or a table left', (_name, escape) => {
    const inside = escape(text).replace(/^<code>(.*)<\/code>$/, '$1');
    expect(inside).not.toMatch(/[<>|`*_~[\]\\!$(){}"'\r\n]/);
    expect(inside.replaceAll(/&#\d+;/g, '')).not.toMatch(/[&#]/);
    expect(decode(inside).replaceAll('\u200B', '')).toBe(text.replaceAll(/\s+/g, ' ').trim());
  });
});

/** What a browser shows for character references. */
function decode(html: string): string {
  return html.replaceAll(/&#(\d+);/g, (_all, digits: string) => String.fromCharCode(Number(digits)));
}

test('a mention and a reference are none: something stands between the sign and the name', () => {
  expect(plain('@octocat')).not.toMatch(/@\w/);
  expect(decode(plain('octo-org/spaces-infra#2'))).not.toMatch(/#\d/);
});

test.each([
  ['prod/\u202Eyek', 'prod/[U+202E]yek'],
  ['a\u2066b\u2069', 'a[U+2066]b[U+2069]'],
  ['a\u001B[8mb\u0000', 'a[U+001B][8mb[U+0000]'],
  ['a\u0085b', 'a[U+0085]b'],
  ['Zürich 👩‍🚀', 'Zürich 👩‍🚀'],
])('%j shows as what it is', (text, shown) => {
  expect([plain(text), code(text), prose(text)].map(decode)).toEqual([shown, `<code>${shown}</code>`, shown]);
});

test('a cell of a table can’t be left', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme' }), { minLength: 2, maxLength: 2 }), (cells) => {
      const text = table(['a', 'b'], [cells.map((cell) => plain(cell))]);
      expect(text.split('\n')).toHaveLength(3);
      expect(text.split('\n')[2]?.split('|')).toHaveLength(4);
    }),
  );
});

test('an empty text is nothing, not an empty box', () => {
  expect(code('')).toBe('');
});

const link = { url: 'https://github.com/octo-org/spaces-infra/actions/runs/1', headSha: 'c0ffee' };

/** Hostile names in every place that comes from a cluster, an account or an error message. */
describe.each(hostile)('a report about %j', (name) => {
  const parts = running({ a: 'nothing' });
  const record = {
    ...planned(
      { ...parts, controlPlanes: [controlPlane('a', { group: name, name, namespace: 'mxp-a-system' })] },
      { reporting: { ...config().reporting, label: name } },
    ),
    failure: new Failure('access-denied', { tried: name, said: `${name}\n${name}`, next: name }),
    checks: [
      { controlPlane: name, namespace: 'mxp-a-system', check: 'store-auth', status: 'fail', detail: name },
    ] as const,
  };
  const { plan } = withChanges(
    [
      someChange({ id: `role/foreign-policy/${name}`, target: name, reason: name, effect: name }),
      someChange({ id: 'role/tags', before: { [name]: name }, after: { [name]: `${name}2` } }),
    ],
    [name],
  );
  const hostileRecord = { ...record, ...(plan !== undefined && { plan }) };
  const texts = [comment(hostileRecord, link), issueText(hostileRecord, link).body, summary(hostileRecord)];

  test('has no structure of its own making', () => {
    for (const text of texts) {
      const outside = withoutFences(text.replace(/^<!--.*\n/, ''));
      expect(outside).not.toContain('evil.example.com)');
      expect(outside).not.toContain('<script');
      // GitHub leaves code alone when it looks for mentions.
      expect(outside.replaceAll(/<code>.*?<\/code>/g, '')).not.toMatch(/@\w/);
      expect(outside.match(/<details/g)?.length).toBe(outside.match(/<\/details>/g)?.length);
      expect(outside).not.toMatch(/^\s*(?:#+ heading|- item)/m);
      expect(outside.match(/<!--/g)).toBeNull();
    }
  });

  test('the log has one line for each change', () => {
    const { config: whole, desired, world } = hostileRecord;
    if (whole === undefined || desired === undefined || plan === undefined || world === undefined)
      throw new Error('no plan');
    const { counts, changes, end } = planLines(whole, desired, plan, world);
    const lines = [counts, ...changes, ...end];
    expect(lines).toHaveLength(4);
    for (const line of lines) expect(line).not.toMatch(/[\r\n]/);
  });
});

/** What stands outside of every fence. */
function withoutFences(text: string): string {
  const kept: string[] = [];
  let ticks = '';
  for (const line of text.split('\n')) {
    const here = /^(`{3,})/.exec(line)?.[1] ?? '';
    if (ticks === '' && here !== '') ticks = here;
    else if (ticks !== '' && line === ticks) ticks = '';
    else if (ticks === '') kept.push(line);
  }
  expect(ticks).toBe('');
  return kept.join('\n');
}
