/** The report of a run, as Markdown. */
import { FACTS } from '../facts/index.ts';
import type { Result } from '../run.ts';
import { costOf } from './costs.ts';

const cell = (text: string): string => text.replaceAll('|', String.raw`\|`).replaceAll(/\s+/g, ' ');
const LONGEST = 300;
const short = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);

/** `clean`: takes out whose account it was. */
export function reportOf(result: Result, clean: (value: unknown) => unknown): string {
  const { problems, failure, facts, left, lived } = result;
  const counts = Map.groupBy(facts, ({ verdict }) => verdict);
  const count = (verdict: 'as assumed' | 'other' | 'not seen'): string =>
    `${counts.get(verdict)?.length ?? 0} ${verdict}`;
  const lines = [
    '# Acceptance against AWS',
    '',
    `${FACTS.length} facts: ${count('as assumed')}, ${count('other')}, ${count('not seen')}. Cost: ${costOf(lived)}.`,
    ...(failure === undefined ? [] : ['', `**The run ended early**: ${failure}`]),
    ...list('What did not go as it should', problems),
    ...list(
      'What is still there, and how to remove it',
      left.map(({ what, byHand, why }) => `${what} (${why}): \`${byHand}\``),
    ),
    '',
    '| fact | verdict | seen |',
    '| --- | --- | --- |',
    ...facts.map(
      ({ id, verdict, seen }) =>
        `| \`${id}\` | ${verdict} | ${cell(short(String(clean(seen.join('; ')))))} |`,
    ),
    '',
  ];
  return lines.join('\n');
}

const list = (title: string, items: readonly string[]): readonly string[] =>
  items.length === 0 ? [] : ['', `## ${title}`, '', ...items.map((item) => `- ${item}`)];
