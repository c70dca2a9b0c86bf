/** What another side quotes of a secret input, late in a run and in whatever form, is in no output, no line and no report. */
import { rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { delimiter, join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { stringify } from 'yaml';
import type { Aws } from '../sandbox/aws/index.ts';
import { main } from '../src/action.ts';
import { DEFAULTS } from '../src/config/inputs/index.ts';
import { fakeTools, useAccount, useJob } from './job.ts';

const job = useJob();
let account: Aws | undefined;
afterEach(async () => {
  await account?.close();
  account = undefined;
});

/** Not found in an output by chance. */
const secret = fc.stringMatching(/^[A-Za-z0-9+/@:%!~-]{24,60}$/);

/** As others may quote it. */
const FORMS: readonly ((hidden: string) => string)[] = [
  (hidden) => hidden,
  (hidden) => btoa(hidden),
  (hidden) => btoa(`user:${hidden}`),
  (hidden) => Buffer.from(`x${hidden}`).toString('base64url'),
  (hidden) => encodeURIComponent(hidden),
  (hidden) => encodeURIComponent(hidden).replaceAll(/%../g, (digits) => digits.toLowerCase()),
  (hidden) => JSON.stringify({ auth: hidden }),
];

/** The inputs of a run that hold the secret. */
const HOLDERS: Readonly<Record<string, (hidden: string) => Readonly<Record<string, string>>>> = {
  'registry-password': (hidden) => ({ 'registry-username': 'robot', 'registry-password': hidden }),
  'github-token': (hidden) => ({ 'github-token': hidden }),
  kubeconfig: (hidden) => ({ kubeconfig: stringify(kubeconfigOf(hidden)) }),
  'kubeconfig, as base64': (hidden) => ({ kubeconfig: btoa(stringify(kubeconfigOf(hidden))) }),
};

const kubeconfigOf = (token: string) => ({
  apiVersion: 'v1',
  kind: 'Config',
  'current-context': 'c',
  contexts: [{ name: 'c', context: { cluster: 'k', user: 'u' } }],
  clusters: [{ name: 'k', cluster: { server: 'https://127.0.0.1:9' } }],
  users: [{ name: 'u', user: { token } }],
});

const inputs = {
  ...DEFAULTS,
  mode: 'plan',
  identity: 'irsa',
  'cluster-name': 'space-prod',
  'secret-prefixes': 'prod/',
  'helm-version': 'path',
  'kubectl-version': 'path',
};

/** Everything that a run has shown, but for the masks, which the runner keeps to itself. */
async function shownBy(given: Readonly<Record<string, string>>, env: Readonly<Record<string, string>>) {
  const variables = Object.entries({ ...inputs, ...given }).map(
    ([name, value]) => [`INPUT_${name.toUpperCase()}`, value] as const,
  );
  job.set({ RUNNER_TEMP: job.directory, RUNNER_DEBUG: '1', ...Object.fromEntries(variables), ...env });
  const before = job.lines().length;
  await main(process.env, new AbortController().signal);
  const { outputs, summary, state } = await job.files();
  await rm(state['directory'] ?? '', { recursive: true });
  const log = job
    .lines()
    .slice(before - 1)
    .filter((line) => !line.startsWith('::add-mask::'));
  return { outputs, text: [log.join('\n'), JSON.stringify(outputs), summary].join('\n') };
}

function piecesOf(hidden: string): readonly string[] {
  const kinds = [hidden, btoa(hidden), encodeURIComponent(hidden), JSON.stringify(hidden)];
  return kinds.flatMap((kind) =>
    Array.from({ length: Math.max(kind.length - 7, 0) }, (_, at) => kind.slice(at, at + 8)),
  );
}

/** An AWS that refuses everything, and quotes. */
async function quotingAws(said: () => string) {
  const server = createServer((_request, response) => {
    const message = said().replaceAll('&', '&amp;').replaceAll('<', '&lt;');
    const error = `<Error><Type>Sender</Type><Code>AccessDenied</Code><Message>${message}</Message></Error>`;
    response.writeHead(403, { 'content-type': 'text/xml' }).end(`<ErrorResponse>${error}</ErrorResponse>`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { url: `http://127.0.0.1:${port}`, close: () => server.close() };
}

describe.each(Object.keys(HOLDERS))('no eight characters in a row of %s are shown', (name) => {
  const holders = HOLDERS[name] ?? (() => ({}));
  const form = fc.constantFrom(...FORMS);

  test('when kubectl and helm quote it', async () => {
    const { aws, variables } = await useAccount();
    account = aws;
    const bin = await fakeTools(job.directory);
    const quote = join(job.directory, 'quote.txt');
    const version = JSON.stringify({ clientVersion: { gitVersion: 'v1.35.4' } });
    const scripts = { helm: 'v4.1.4', kubectl: version };
    for (const [tool, says] of Object.entries(scripts)) {
      const script = `case "$1" in version) echo '${says}';; *) cat '${quote}' >&2; exit 1;; esac`;
      await writeFile(join(bin, tool), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    }
    const env = { ...variables, PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}` };
    const property = fc.asyncProperty(secret, form, async (hidden, write) => {
      await writeFile(quote, `Error: unauthorized: the marker ${write(hidden)} was refused\n`);
      const { outputs, text } = await shownBy(holders(hidden), env);
      // It did fail on what was quoted.
      expect(text).toContain('the marker');
      expect(outputs['failure-reason']).not.toBe('');
      expect(piecesOf(hidden).filter((piece) => text.includes(piece))).toEqual([]);
    });
    await fc.assert(property, { numRuns: 10 });
  });

  test('when AWS quotes it', async () => {
    let said = '';
    const aws = await quotingAws(() => said);
    const env = {
      AWS_ENDPOINT_URL: aws.url,
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'of-the-job-alone',
    };
    const property = fc.asyncProperty(secret, form, async (hidden, write) => {
      said = `the marker ${write(hidden)} is not authorized`;
      const { outputs, text } = await shownBy(holders(hidden), env);
      expect(text).toContain('the marker');
      expect(outputs['failure-reason']).not.toBe('');
      expect(piecesOf(hidden).filter((piece) => text.includes(piece))).toEqual([]);
    });
    await fc.assert(property, { numRuns: 20 });
    aws.close();
  });
});
