/**
 * A job summary as GitHub shows it, as a picture: `node picture.mjs SUMMARY.md PICTURE.png [HEIGHT]`. Needs Chromium (CHROMIUM names it, else
 * /usr/bin/chromium). Loads nothing from the network.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { marked } from 'marked';
import { chromium } from 'playwright-core';

const [from = '', to = '', height = '900'] = process.argv.slice(2);
const require = createRequire(import.meta.url);
const css = readFileSync(require.resolve('github-markdown-css/github-markdown-light.css'), 'utf8');
const mermaid = readFileSync(require.resolve('mermaid/dist/mermaid.min.js'), 'utf8');

const body = await marked.parse(readFileSync(from, 'utf8'), { gfm: true });
const drawn = body.replaceAll(
  /<pre><code class="language-mermaid">([\s\S]*?)<\/code><\/pre>/g,
  '<pre class="mermaid">$1</pre>',
);
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
});
try {
  const page = await browser.newPage({ viewport: { width: 1000, height: Number(height) } });
  await page.setContent(
    `<style>${css} body { margin: 24px } table { font-size: 14px }</style><article class="markdown-body">${drawn}</article>`,
  );
  await page.addScriptTag({ content: mermaid });
  await page.evaluate(async () => await globalThis.mermaid.run());
  await page.screenshot({ path: to, clip: { x: 0, y: 0, width: 1000, height: Number(height) } });
} finally {
  await browser.close();
}
