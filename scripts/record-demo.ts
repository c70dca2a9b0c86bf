/**
 * Runs the demo and writes it down: docs/demo.md whole, its first scene into README.md. `npm run demo:record`; the picture of a summary
 * is made of what it leaves in .cache/demo by `scripts/picture/`.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { filled } from './markdown.ts';
import { firstScene, recorded } from './demo/transcript.ts';

const summaries = '.cache/demo';
mkdirSync(summaries, { recursive: true });
const child = spawn(process.execPath, ['sandbox/demo.ts'], {
  env: { ...process.env, NO_COLOR: '1', DEMO_SUMMARIES: summaries },
  stdio: ['ignore', 'pipe', 'inherit'],
});
child.stdout.pipe(process.stdout);
const [said] = await Promise.all([text(child.stdout), once(child, 'exit')]);
if (child.exitCode !== 0) throw new Error(`the demo ended with ${child.exitCode}`);

const block = (lines: string): string => `\`\`\`text\n${lines}\n\`\`\``;
const transcript = recorded(said);
for (const [file, part] of [
  ['docs/demo.md', transcript],
  ['README.md', firstScene(transcript)],
] as const)
  writeFileSync(file, filled(file, readFileSync(file, 'utf8'), { demo: block(part) }));
