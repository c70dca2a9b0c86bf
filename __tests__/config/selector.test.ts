/** The verdicts are those of Kubernetes' `labels.Parse` (apimachinery 0.35), which was asked for each of these texts. */
import { describe, expect, test } from '@jest/globals';
import { isSelector } from '../../src/config/selector.ts';

const GOOD = [
  'a',
  '!a',
  ' ! a ',
  'a=b',
  'a==b',
  'a = b',
  'a!=b',
  'a=',
  'a!=,b',
  'a=in',
  'in in (in)',
  'notin',
  'a in (b)',
  'a in(b,c)',
  'a notin ( b , c )',
  'a in ()',
  'a in (,)',
  'a in (,,)',
  'a in (b,)',
  'a in (,b)',
  'a in (b,,,c)',
  'a>1',
  'a < 5,b',
  'x.io/y=Z_1.a',
  'a\n=\tb',
  'a=b,!c,d in (e)',
];
const BAD = [
  ',',
  ',a',
  'a,',
  'a,,b',
  'a b',
  'a=b c',
  'a in',
  'a in b',
  'a in (',
  'a in (b',
  'a in (b c)',
  'a in (b) c',
  'a in (!b)',
  'a in (=)',
  'a inn (b)',
  'a=(b)',
  'a=!b',
  'a===b',
  '!!a',
  '!a=b',
  '! ',
  '!',
  'a>',
  'a>b',
  'a>+1',
  'a>1,',
  'a>99999999999999999999',
  '-a',
  'a_',
  'a=b-',
  'x/y/z',
  '/y',
  'x..y/z',
  'X.io/y',
  'é=b',
  'a\u00A0=b',
  `${'a'.repeat(64)}=b`,
  `a=${'b'.repeat(64)}`,
];

describe('a label selector', () => {
  test.each(GOOD)('%j is understood', (text) => {
    expect(isSelector(text)).toBe(true);
  });
  test.each(BAD)('%j is refused', (text) => {
    expect(isSelector(text)).toBe(false);
  });
});
