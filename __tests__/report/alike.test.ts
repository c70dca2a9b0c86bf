/** Which control planes share a row, and what of a text is one's own. */
import { describe, expect, test } from '@jest/globals';
import { newRecord } from '../../src/model/record.ts';
import { alike, namesFolded, ownWordsIn, withoutOwn } from '../../src/report/alike.ts';
import { association } from '../support/factories.ts';
import { host } from '../support/names.ts';
import { running } from '../support/workloads.ts';
import { planned } from './records.ts';

const times = (count: number, text: string): readonly string[] => Array.from({ length: count }, () => text);
const sizes = (rows: readonly string[]): readonly string[] =>
  alike(rows, (row) => row).map((group) => `${group.length} ${group[0]}`);

describe('rows that are alike', () => {
  test('few stay alone, in their order', () => {
    expect(sizes(['b', 'a', 'b', ...times(3, 'b')])).toEqual(['1 b', '1 a', '1 b', '1 b', '1 b', '1 b']);
  });
  test('those alone first, then the groups, the smallest first', () => {
    const rows = [...times(9, 'most'), 'one', ...times(6, 'some'), 'another', ...times(7, 'more')];
    expect(sizes(rows)).toEqual(['1 one', '1 another', '6 some', '7 more', '9 most']);
  });
  test('none', () => {
    expect(alike([], String)).toEqual([]);
  });
});

describe('what is its own in a text', () => {
  const own = ownWordsIn(planned({ ...running({ a: 'nothing' }), associations: [association('a')] }));
  const shared = (text: string): string => withoutOwn(text, own(host('a')));

  test.each([
    ['its names', `ctp-a of team-a in ${host('a')} (team-a/ctp-a)`, '… of team-a in … (…)'],
    ['its pod and its association', 'pod external-secrets-a, a-a', 'pod …, …'],
    [
      'parts of longer words are not',
      'ctp-ab my-ctp-a external-secrets-a-1',
      'ctp-ab my-ctp-a external-secrets-a-1',
    ],
    ['nor are tags and the numbers of characters', '<ctp-a>x</ctp-a> &#ctp-a;', '<ctp-a>x</ctp-a> &#ctp-a;'],
  ])('%s', (_name, text, expected) => {
    expect(shared(text)).toBe(expected);
  });
  test('nor is what is left of a tag or a number without its first character', () => {
    const words = { words: new Set(['ode', '9']), group: '' };
    expect(withoutOwn('<code>&#39;</code> 9', words)).toBe('<code>&#39;</code> …');
  });
  test('nothing of a namespace that is not known, or where nothing has been seen', () => {
    expect(own('mxp-other-system')).toBeUndefined();
    expect(ownWordsIn(newRecord())(host('a'))).toBeUndefined();
    expect(withoutOwn('ctp-a', undefined)).toBe('ctp-a');
  });
});

describe('names to unfold', () => {
  test('by group, in the order that people count in', () => {
    expect(namesFolded(['b/ctp-10', 'b/ctp-9', 'a/x'], 10)).toBe(
      '<details><summary>3 control planes</summary><code>a/</code> x<br><code>b/</code> ctp-9, ctp-10</details>',
    );
  });
  test('as many as there is room for', () => {
    expect(namesFolded(['b/ctp-10', 'b/ctp-9', 'a/x'], 1)).toContain('<code>a/</code> x<br>and 2 more<');
  });
  test('namespaces have no group; names of others do no harm', () => {
    const text = namesFolded(['mxp-b-system', '<b>|@all'], 10, '2 namespaces');
    expect(text).toContain('<summary>2 namespaces</summary>');
    expect(text).not.toMatch(/<b>|\||@all/);
  });
});
