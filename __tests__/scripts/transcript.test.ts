/** What of the demo is written into the documents. */
import { expect, test } from '@jest/globals';
import { firstScene, recorded } from '../../scripts/demo/transcript.ts';

const SAID = `> demo\n\n== A world\n\nup after 9 s  \n\n\n\n== 1. Apply\n\nuses: ./\n  planned\n\nOutputs (of 25)\n  verdict: applied\n\n== 2. Again\n  x\n`;

test('begins with the first heading, and is neat', () => {
  expect(recorded(SAID)).toMatch(/^== A world\n\nup after 9 s\n\n== 1\. Apply\n/);
});

test('long lines are cut, and nothing ends the block', () => {
  const text = recorded(`== x\n${'a'.repeat(200)}\n\`\`\`mermaid\n`);
  expect(text).toBe(`== x\n${'a'.repeat(150)} …\n'''mermaid`);
});

test('the first scene is the log of the first run', () => {
  expect(firstScene(recorded(SAID))).toBe('== 1. Apply\n\nuses: ./\n  planned');
});

test('another form of the demo is told', () => {
  expect(() => firstScene('== A world')).toThrow('no first scene');
});
