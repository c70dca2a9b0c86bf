/** Before and after as a diff: by statement where it is a policy, else key by key. */
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { z } from 'zod';
import type { Json } from '../../src/model/json.ts';
import type { Statement } from '../../src/model/policy.ts';
import { diffLines } from '../../src/report/diff.ts';

const KEY = 'oidc.example.com/id/A:sub';
const irsa = (subjects: readonly string[] | string): Statement => ({
  Effect: 'Allow',
  Principal: { Federated: 'arn:aws:iam::111122223333:oidc-provider/oidc.example.com/id/A' },
  Action: 'sts:AssumeRoleWithWebIdentity',
  Condition: { StringEquals: { [KEY]: subjects } },
});
const podIdentity: Statement = {
  Effect: 'Allow',
  Principal: { Service: 'pods.eks.amazonaws.com' },
  Action: ['sts:AssumeRole', 'sts:TagSession'],
};
const policy = (...statements: Statement[]) => ({ Version: '2012-10-17', Statement: statements });
const names = (count: number): string[] => Array.from({ length: count }, (_, n) => `name-${100 + n}`);
const changed = (lines: readonly string[]): readonly string[] =>
  lines.filter((line) => !line.startsWith('  '));

/** The signs before the lines. */
const signsOf = (lines: readonly string[]): ReadonlySet<string> =>
  new Set(lines.map((line) => line.slice(0, 2)));

describe('policies', () => {
  test('an added subject is one line, with the edges of what stays', () => {
    const lines = diffLines(policy(irsa(names(40))), policy(irsa([...names(40), 'name-999'])));
    expect(changed(lines)).toEqual(['-         "name-139"', '+         "name-139",', '+         "name-999"']);
    expect(lines.length).toBeLessThan(15);
    expect(lines.join('\n')).toMatch(/ … \d+ unchanged lines/);
  });

  test('a subject added in between is one plus line and nothing else', () => {
    const lines = diffLines(policy(irsa(['a', 'c', 'd'])), policy(irsa(['a', 'b', 'c', 'd'])));
    expect(changed(lines)).toEqual(['+         "b",']);
  });

  test('a single value and a list of one are written alike, so a second one is an addition', () => {
    const lines = diffLines(policy(irsa('b')), policy(irsa(['a', 'b'])));
    expect(changed(lines)).toEqual(['+         "a",']);
  });

  test('a statement of another kind is replaced as a whole', () => {
    const lines = diffLines(policy(irsa('a')), policy(podIdentity));
    const removed = lines.filter((line) => line.startsWith('- '));
    const added = lines.filter((line) => line.startsWith('+ '));
    expect([...removed, ...added]).toEqual(lines);
    expect(removed.join('\n')).toContain('AssumeRoleWithWebIdentity');
    expect(added.join('\n')).toContain('pods.eks.amazonaws.com');
  });

  test('a statement beside one that stays: only the new one is shown', () => {
    const lines = diffLines(policy(irsa('a')), policy(irsa('a'), podIdentity));
    expect(signsOf(lines)).toEqual(new Set(['+ ']));
    expect(lines.join('\n')).not.toContain('WebIdentity');
  });

  test('from nothing and to nothing', () => {
    expect(signsOf(diffLines(null, policy(podIdentity)))).toEqual(new Set(['+ ']));
    expect(signsOf(diffLines(policy(podIdentity), null))).toEqual(new Set(['- ']));
  });

  test('statements without action or principal, and with a principal for everyone, are compared too', () => {
    const bare: Statement = { Effect: 'Deny', NotAction: 's3:*', Principal: '*' };
    expect(diffLines(policy(bare), policy({ ...bare, NotAction: 'ec2:*' })).join('\n')).toMatch(
      /- .*s3:\*.*\n\+ .*ec2:\*/,
    );
    const bareWithout: Statement = { Effect: 'Deny', NotAction: 's3:*' };
    expect(diffLines(policy(bareWithout), policy(bareWithout, podIdentity)).join('\n')).not.toContain('s3');
  });

  test('how a policy is written is no difference: order, lists of one, cases, labels', () => {
    const rewritten: Statement = {
      Sid: 'Label',
      Condition: { StringEquals: { [KEY.toUpperCase()]: ['b', 'a', 'a'] } },
      Action: ['STS:AssumeRoleWithWebIdentity'],
      Principal: { Federated: ['arn:aws:iam::111122223333:oidc-provider/oidc.example.com/id/A'] },
      Effect: 'Allow',
    };
    expect(diffLines(policy(podIdentity, irsa(['a', 'b'])), policy(rewritten, podIdentity))).toEqual([]);
  });
});

const json: fc.Arbitrary<Json> = fc.json().map((text) => z.json().parse(JSON.parse(text)));

describe('anything else', () => {
  test('is compared key by key', () => {
    expect(diffLines({ a: 1, b: [{ y: 1, x: 2 }] }, { b: [{ x: 2, y: 1 }], a: 2 })).toEqual([
      '  {',
      '-   "a": 1,',
      '+   "a": 2,',
      '    "b": [',
      '      {',
      '  … 5 unchanged lines',
    ]);
  });

  test('equal data has no diff; different data has one that leads from one to the other', () => {
    fc.assert(
      fc.property(json, json, (before, after) => {
        expect(diffLines(before, before)).toEqual([]);
        const lines = diffLines(before, after);
        for (const line of lines) expect(line).toMatch(/^(?:\+ |- | {2})/);
        if (lines.some((line) => line.startsWith('  … '))) return;
        const side = (sign: string): string =>
          lines
            .flatMap((line) => (line.startsWith(sign) || line.startsWith('  ') ? [line.slice(2)] : []))
            .join('\n');
        if (lines.length > 0 && before !== null && after !== null)
          expect([JSON.parse(side('- ')), JSON.parse(side('+ '))]).toEqual([before, after]);
      }),
      { numRuns: 300 },
    );
  });
});
