/** A strict reader of OpenMetrics text 1.0, as far as gauges go. */

export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const NAME = '[a-zA-Z_][a-zA-Z0-9_]*';
const LABEL = String.raw`(${NAME})="((?:[^"\\\n]|\\[\\"n])*)"`;
const SAMPLE = new RegExp(`^(${NAME})\\{((?:${LABEL}(?:,(?!\\})|(?=\\})))*)\\} (-?\\d+(?:\\.\\d+)?)$`);

function unescaped(text: string): string {
  return text.replaceAll(/\\([\\"n])/g, (_all, character: string) => (character === 'n' ? '\n' : character));
}

/** Throws where a line is none of the format, a family is not declared before its samples, or a sample stands there twice. */
export function parseOpenMetrics(text: string): readonly Sample[] {
  if (!text.endsWith('# EOF\n')) throw new Error('no # EOF at the end');
  const families = new Set<string>();
  const seen = new Set<string>();
  let current = '';
  const samples: Sample[] = [];
  for (const line of text.slice(0, -'# EOF\n'.length).split('\n').slice(0, -1)) {
    const [, kind, family = ''] = /^# (HELP|TYPE) (\S+) (?:\S.*)$/.exec(line) ?? [];
    if (kind === 'HELP') {
      if (families.has(family)) throw new Error(`${family} is not in one piece`);
      families.add(family);
      current = family;
    } else if (kind === 'TYPE') {
      if (family !== current || !line.endsWith(' gauge')) throw new Error(`bad: ${line}`);
    } else {
      const match = SAMPLE.exec(line);
      if (match === null || match[1] !== current) throw new Error(`bad: ${line}`);
      const pairs = [...(match[2] ?? '').matchAll(new RegExp(LABEL, 'g'))];
      const labels = Object.fromEntries(pairs.map(([, name = '', value = '']) => [name, unescaped(value)]));
      const key = JSON.stringify([current, labels]);
      if (seen.has(key)) throw new Error(`twice: ${line}`);
      seen.add(key);
      samples.push({ name: current, labels, value: Number(match.at(-1)) });
    }
  }
  return samples;
}
