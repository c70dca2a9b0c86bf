/** Which charts are refused, and what is said of one that can't be fetched. */
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { refused } from '../../tools/fakes.ts';
import { CREDENTIALS, PASSWORD, request, type Script, setup } from './setup.ts';

const OCI = 'oci://registry.example:5000/spaces-artifacts/spaces';

async function refusal(intent: object, script: Script = {}) {
  const made = await setup(script);
  const error: unknown = await made.writer
    .upgrade(request({ chart: OCI, ...intent }))
    .catch((caught: unknown) => caught);
  expect(error).toMatchObject({ reason: 'chart-unavailable' });
  expect(made.lines().some((line) => line.startsWith('upgrade'))).toBe(false);
  return { error, lines: made.lines(), directory: made.directory };
}

test.each([
  [
    'another version',
    { 'show chart': 'name: spaces\nversion: 1.18.0' },
    {},
    'the chart has version 1.18.0, wanted is 1.17.1',
    'set `chart-version: 1.18.0`',
  ],
  [
    'another version than asked for',
    {},
    { chartVersion: '1.18.0' },
    'the chart has version 1.17.1, wanted is 1.18.0',
    'Set `chart-version`',
  ],
  [
    'another chart',
    { 'show chart': 'name: other\nversion: 1.17.1' },
    {},
    'it is chart other, deployed is spaces',
    'chart of the Space',
  ],
  [
    'no chart',
    { 'show chart': 'name: spaces' },
    {},
    'its Chart.yaml has no name or no version',
    'is a Helm chart',
  ],
  [
    'a broken chart',
    { 'show chart': refused('Error: Chart.yaml file is missing') },
    {},
    'Error: Chart.yaml file is missing',
    'is a Helm chart',
  ],
])('%s is refused before the release is touched', async (_case, script, intent, said, next) => {
  const { error } = await refusal(intent, script);
  expect(error).toMatchObject({ details: { said, next: expect.stringContaining(next) } });
});

test('a path to nothing is not quoted: it may be a secret in the wrong place', async () => {
  const { error } = await refusal({ chart: '/nowhere/spaces' });
  expect(error).toMatchObject({
    message: expect.not.stringContaining('nowhere'),
    details: { said: "it can't be read (ENOENT)" },
  });
});

test.each([
  [
    'refused',
    'Error: authenticating to "registry.example": GET "https://registry.example/v2/": response status code 401: unauthorized',
    'refused the credentials',
    'registry-password',
  ],
  [
    'plain HTTP',
    'Error: http: server gave HTTP response to HTTPS client',
    'HTTP response',
    'registry-plain-http: true',
  ],
  ['nobody there', 'Error: Get "https://x/v2/": dial tcp: lookup x: no such host', 'no such host', 'proxy'],
  ['odd', `Error: strange ${PASSWORD}`, 'Error: strange ***', 'Mend what the message of helm names'],
])('a sign-in that fails (%s) says why, and pulls nothing', async (_case, stderr, said, next) => {
  const { error, lines } = await refusal(CREDENTIALS, { 'registry login': refused(stderr) });
  expect(error).toMatchObject({
    details: {
      tried: 'sign in to registry.example:5000',
      said: expect.stringContaining(said),
      next: expect.stringContaining(next),
    },
  });
  expect(lines.some((line) => line.startsWith('pull'))).toBe(false);
  expect(String(error)).not.toContain(PASSWORD);
});

test.each([
  [
    'no sign-in',
    {},
    'Error: basic credential not found',
    'refused to hand it out',
    'set `registry-username`',
  ],
  [
    'no right',
    CREDENTIALS,
    'Error: response status code 403: denied',
    'refused to hand it out',
    'The sign-in worked',
  ],
  [
    'no such tag',
    {},
    'Error: registry.example/spaces:1.17.1: not found',
    'no such chart or version',
    '`chart-version`',
  ],
  [
    'plain HTTP',
    {},
    'Error: http: server gave HTTP response to HTTPS client',
    'HTTP response',
    'registry-plain-http',
  ],
  [
    'nobody there',
    {},
    'Error: dial tcp 127.0.0.1:1: connect: connection refused',
    'connection refused',
    'proxy',
  ],
  ['odd', CREDENTIALS, `Error: ${PASSWORD}`, 'Error: ***', 'Mend what the message of helm names'],
])('a pull that fails (%s) says why, and signs out', async (_case, intent, stderr, said, next) => {
  const { error, lines } = await refusal(intent, { pull: refused(stderr) });
  expect(error).toMatchObject({
    details: {
      tried: `pull chart ${OCI}, version 1.17.1`,
      said: expect.stringContaining(said),
      next: expect.stringContaining(next),
    },
  });
  expect(lines.filter((line) => line.startsWith('registry logout'))).toHaveLength(
    'registryUsername' in intent ? 1 : 0,
  );
});

test('a pull that leaves no archive is a failure; leftovers of an earlier one are not taken for it', async () => {
  const first = await setup({ pull: '' });
  await expect(first.writer.upgrade(request({ chart: OCI }))).rejects.toMatchObject({
    reason: 'chart-unavailable',
  });
  await writeFile(join(first.directory, 'chart', 'spaces-1.17.1.tgz'), 'old');
  await expect(first.writer.upgrade(request({ chart: OCI }))).rejects.toMatchObject({
    reason: 'chart-unavailable',
  });
  expect(await readdir(join(first.directory, 'chart'))).toEqual([]);
});
