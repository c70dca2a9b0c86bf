/** A kubeconfig in every form that the input takes, and what of it is secret. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { accessByKubeconfig } from '../../../src/cluster/access/cluster-access.ts';
import { examineKubeconfig } from '../../../src/cluster/access/given-kubeconfig.ts';
import { kubeconfigSecrets } from '../../../src/cluster/access/kubeconfig-secrets.ts';
import { credentialsIn } from '../../../src/tools/proxy/credentials.ts';
import { kubeconfigSource } from '../../../src/cluster/access/kubeconfig-source.ts';
import { cluster } from '../../support/factories.ts';
import { fakeLog } from '../../tools/fakes.ts';

const KEY = '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEF\n-----END PRIVATE KEY-----\n';
const VALUE = {
  apiVersion: 'v1',
  kind: 'Config',
  'current-context': 'host',
  contexts: [{ name: 'host', context: { cluster: 'host', user: 'host' } }],
  clusters: [
    { name: 'host', cluster: { server: cluster().endpoint, 'proxy-url': 'http://me:pr0xypass@proxy:80' } },
  ],
  users: [
    { name: 'host', user: { token: 't0ken-of-a-user', password: 'p4ssword', 'client-key-data': btoa(KEY) } },
    {
      name: 'plug-in',
      user: {
        exec: {
          env: [
            { name: 'AWS_REGION', value: 'eu-central-1' },
            { name: 'API_SECRET', value: 'env-s3cret' },
            { name: 'FLAG', value: '1' },
          ],
        },
      },
    },
    {
      name: 'provider',
      user: { 'auth-provider': { config: { 'id-token': 'id-t0ken', 'client-id': 'public-client', n: 1 } } },
    },
  ],
};
const YAML = stringify(VALUE);
const JSON_LINE = JSON.stringify(VALUE);
const wrapped = (text: string): string => `${btoa(text).replaceAll(/(.{76})/g, '$1\n')}\n`;

const encodedOnWindows = (text: string): string =>
  Buffer.from(text)
    .toString('base64')
    .replaceAll(/(.{76})/g, '$1\r\n');

const FORMS: readonly (readonly [string, string])[] = [
  ['YAML', YAML],
  ['YAML behind a mark of its byte order', `\u{FEFF}${YAML}`],
  ['YAML with line ends of Windows', YAML.replaceAll('\n', '\r\n')],
  ['YAML with both', `\u{FEFF}${YAML.replaceAll('\n', '\r\n')}`],
  ['base64 of both, in lines of Windows', encodedOnWindows(`\u{FEFF}${YAML.replaceAll('\n', '\r\n')}`)],
  ['JSON behind a mark of its byte order', `\u{FEFF}${JSON_LINE}\r\n`],
  ['JSON', JSON.stringify(VALUE, null, 2)],
  ['JSON on one line', JSON_LINE],
  ['JSON on one line, and its end', `${JSON_LINE}\n`],
  ['base64', btoa(YAML)],
  ['base64 of JSON, and its end', `${btoa(JSON_LINE)}\n`],
  ['wrapped base64', wrapped(YAML)],
  ['base64 for URLs', Buffer.from(YAML).toString('base64url')],
];

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'given-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

const use = async (kubeconfig: string) =>
  await accessByKubeconfig({ kubeconfig }, { cluster: cluster(), directory, log: fakeLog() });

describe.each(FORMS)('as %s', (_form, given) => {
  test('is used, by a file that kubectl can read', async () => {
    const access = await use(given);
    expect(access).toMatchObject({ kubeconfig: join(directory, 'kubeconfig'), context: 'host' });
    expect(parse(await readFile(access.kubeconfig, 'utf8'))).toEqual(VALUE);
  });

  test('has its secrets masked, and nothing else of it but what is the form', async () => {
    const { secrets, problem } = await examineKubeconfig(given, '');
    expect(problem).toBeUndefined();
    for (const secret of [
      't0ken-of-a-user',
      'p4ssword',
      btoa(KEY),
      KEY,
      'pr0xypass',
      'env-s3cret',
      'id-t0ken',
    ])
      expect(secrets).toContain(secret);
    const ordinary = new Set([
      'v1',
      'Config',
      'host',
      'eu-central-1',
      '1',
      'public-client',
      cluster().endpoint,
    ]);
    expect(secrets.filter((secret) => ordinary.has(secret) || /^\w+: /.test(secret))).toEqual([]);
  });
});

test.each([
  ['/a/b', '/a/b'],
  [' rel/config\n', resolve('rel/config')],
  ['~/.kube/config', join(homedir(), '.kube/config')],
  ['~', homedir()],
  ['~/.kube/config\r\n', join(homedir(), '.kube/config')],
  ['~\\.kube\\config', join(homedir(), '\\.kube\\config')],
  ['\u{FEFF}/a/b', '/a/b'],
  ['~other/config', resolve('~other/config')],
  // Both are letters of base64.
  ['kubeconfig', resolve('kubeconfig')],
  ['dGV4dA==', resolve('dGV4dA==')],
])('%j is a path', (given, path) => {
  expect(kubeconfigSource(given)).toEqual({ kind: 'path', path });
});

test.each([
  'C:\\Users\\runner admin\\.kube\\config',
  'D:/a/_temp/kube config',
  '\\\\server\\share\\kube config',
  '/Users/runner admin/Library/kube config',
])('%j, with blanks and drives, is one path', (given) => {
  expect(kubeconfigSource(`${given}\r\n`)).toEqual({ kind: 'path', path: resolve(given) });
});

test.each(['a: b\n c: d\ntoken: "very-secret', '- a\n- b', 'line\nline'])('%j is neither', async (given) => {
  expect(kubeconfigSource(given)).toEqual({ kind: 'neither' });
  await expect(use(given)).rejects.toMatchObject({ reason: 'invalid-input' });
});

test('a file is used where it lies, and what is secret in it is masked', async () => {
  const path = join(directory, 'mine');
  await writeFile(path, YAML);
  expect((await use(path)).kubeconfig).toBe(path);
  const { secrets, problem } = await examineKubeconfig(`${path}\n`, 'host');
  expect(problem).toBeUndefined();
  expect(secrets).toContain('t0ken-of-a-user');
  expect(secrets).not.toContain(path);
});

describe('what can’t be used is told before any call, without a word of it', () => {
  test.each([
    ['no such file', '/no/such/file-t0ken-of-a-user', /as a path it can't be read \(ENOENT\)/],
    ['a cut-off JSON', JSON_LINE.slice(0, -9), /as a path it can't be read \((ENOENT|ENAMETOOLONG)\)/],
    ['a NUL', 'a\0t0ken-of-a-user', /ERR_INVALID_ARG_VALUE/],
    ['a directory', tmpdir(), /EISDIR/],
    ['broken YAML', `${YAML}\t}: "`, /it is none of these/],
    ['no kubeconfig', '{"contexts": "t0ken-of-a-user"}', /it is not a kubeconfig/],
  ])('%s', async (_name, given, said) => {
    const { problem = '', secrets } = await examineKubeconfig(given, '');
    expect(problem).toMatch(said);
    expect(problem).not.toMatch(/t0ken|p4ss/);
    if (given.includes('t0ken') && given.length > 40) expect(secrets.join('\n')).toContain('t0ken-of-a-user');
  });

  test('a context that it has not', async () => {
    const { problem } = await examineKubeconfig(YAML, 'other');
    expect(problem).toContain('it has no context "other"; its contexts: host.');
  });

  test('an empty one is none', async () => {
    expect(await examineKubeconfig(' \n', '')).toEqual({ secrets: [] });
  });
});

test('a tag that YAML does not know makes no warning with the text in it', () => {
  const warnings: unknown[] = [];
  const listen = (warning: unknown): void => void warnings.push(warning);
  process.on('warning', listen);
  expect(kubeconfigSource('a: !mine secret\nb: c').kind).toBe('text');
  process.off('warning', listen);
  expect(warnings).toEqual([]);
});

test('of misshapen parts, what can be found is found', () => {
  const text = stringify({
    users: [{ user: 7 }, { user: { token: 12345678, exec: 7, 'auth-provider': 'x' } }],
    clusters: 'x',
  });
  expect(kubeconfigSecrets(text)).toEqual(['12345678']);
  const mixed = stringify({
    users: [7, null, { user: { token: '12345678', exec: { env: [7, { name: 'A', value: 'env-s3cret' }] } } }],
    clusters: [7, { cluster: { 'proxy-url': 'http://me:pr0xypass@proxy' } }],
  });
  expect(kubeconfigSecrets(mixed)).toEqual(expect.arrayContaining(['12345678', 'env-s3cret', 'pr0xypass']));
  expect(kubeconfigSecrets('users: x')).toEqual([]);
});

test.each([
  ['http://me:p%40ss@proxy:80', ['me:p%40ss', 'p%40ss', 'me:p@ss', 'p@ss']],
  ['me:pass@proxy:80', ['me:pass', 'pass', 'me:pass', 'pass']],
  ['https://me:100%@proxy', ['me:100%', '100%', 'me:100%', '100%']],
  ['http://proxy:80/a@b', []],
  ['', []],
])('credentials in %j', (url, found) => {
  expect(credentialsIn(url)).toEqual(found);
});
