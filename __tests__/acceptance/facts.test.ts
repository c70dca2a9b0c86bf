/** The list of facts, held against the code that it tells of. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Fact } from '../../acceptance/facts/fact.ts';
import { FACTS } from '../../acceptance/facts/index.ts';
import { Observations } from '../../acceptance/frame/observations.ts';

const sources = readdirSync('acceptance', { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts') && !path.startsWith('facts'))
  .map((path) => readFileSync(join('acceptance', path), 'utf8'))
  .join('\n');

test('each fact has an id of its own', () => {
  expect(new Set(FACTS.map(({ id }) => id)).size).toBe(FACTS.length);
});

test.each(FACTS.map((fact): [string, Fact] => [fact.id, fact]))(
  '%s leads to files that are there, and is asked about',
  (id, { matters }) => {
    expect(matters.filter((path) => !existsSync(path))).toEqual([]);
    expect(sources).toMatch(new RegExp(`(facts\\.see\\(|seeRefusal\\(|seeGone\\(|see\\()[^;]*'${id}'`));
  },
);

describe('what is seen of a fact', () => {
  const facts = ['a', 'b', 'c'].map((id) => ({ id, assumed: '', matters: [], settled: '' }));

  test('other once is other, and nothing seen has its reason', () => {
    const seen = new Observations(facts);
    seen.see('a', true, 'as it should');
    seen.see('a', false, 'not as it should');
    seen.see('b', true, 'well');
    seen.see('b', true, 'well');
    seen.miss('c', 'not here');
    expect(seen.report()).toEqual([
      { id: 'a', verdict: 'other', seen: ['not as it should'] },
      { id: 'b', verdict: 'as assumed', seen: ['well'] },
      { id: 'c', verdict: 'not seen', seen: ['not here'] },
    ]);
  });

  test('a run that ends early has seen nothing', () => {
    const [first] = new Observations(facts).report();
    expect(first).toEqual({ id: 'a', verdict: 'not seen', seen: ['the run did not come that far'] });
  });
});
