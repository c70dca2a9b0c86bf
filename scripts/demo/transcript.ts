/** What of the demo's output is written down. */

/** Wider lines would be cut by the page. */
const WIDTH = 150;

/** From the first heading on, without blanks at the end of lines; long lines are cut, and a fence in them would end the block. */
export function recorded(said: string): string {
  const lines = said.split('\n').map((line) => line.trimEnd());
  const begin = lines.findIndex((line) => line.startsWith('== '));
  return lines
    .slice(Math.max(begin, 0))
    .map((line) => (line.length > WIDTH ? `${line.slice(0, WIDTH)} …` : line))
    .map((line) => line.replaceAll('```', "'''"))
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim();
}

/** The log of the first run, without its outputs and summary. Throws where the demo has another form by now. */
export function firstScene(transcript: string): string {
  const lines = transcript.split('\n');
  const begin = lines.findIndex((line) => line.startsWith('== 1. '));
  const end = lines.findIndex((line, at) => at > begin && line.startsWith('Outputs'));
  if (begin === -1 || end === -1) throw new Error('the demo has no first scene with outputs');
  return lines.slice(begin, end).join('\n').trim();
}
