/** Files of jobs, and files that only look like one. */
import { expect, test } from '@jest/globals';
import { readJobFile } from '../../../src/fleet/report/files.ts';
import { planText, resultText, verificationText } from './jobs.ts';

const readText = (content: object | string) =>
  readJobFile('a/b.json', typeof content === 'string' ? content : JSON.stringify(content));

test.each([
  ['plan', planText('space-a')],
  ['result', resultText('error', 'space-a')],
  ['verification', { ...verificationText('pass'), ...resultText('in-sync', 'space-a') }],
])('a %s that names its cluster', (_kind, content) => {
  expect(readText(content)).toMatchObject({
    path: 'a/b.json',
    cluster: { name: 'space-a', region: 'eu-central-1', account: '111122223333' },
  });
});

test('a plan keeps the result that it carries', () => {
  const { result }: { result?: object } = resultText('in-sync', 'space-a');
  expect(readText(planText('space-a', { result }))).toMatchObject({ result: { verdict: 'in-sync' } });
});

test('a verification, or a failed start, may name none', () => {
  expect(readText(verificationText('pass'))).not.toHaveProperty('cluster');
  expect(readText(resultText('error'))).not.toHaveProperty('cluster');
});

test.each<[string, object | string, string]>([
  ['cut', '{"version":1,"mo', 'is not JSON: it may be cut'],
  ['a list', '[]', 'is no file of a job'],
  ['something else', { name: 'x' }, 'neither a plan nor a verification nor a result'],
  ['of another version', { ...planText('a'), version: 2 }, 'has the version 2'],
  ['of a strange version', { ...planText('a'), version: { a: 1 } }, 'has the version {"a":1}'],
  ['a plan without a cluster', { ...planText('a'), cluster: undefined }, 'is not a plan'],
  ['a plan of another mode', planText('a', { mode: 'look' }), 'at `mode`'],
  [
    'a verification of another status',
    { verified: true, checks: [{ check: 'x', status: 'ok' }] },
    'at `checks.0.status`',
  ],
  ['a result with another verdict', resultText('fine', 'a'), 'is not a result'],
  ['a result that is a text', { result: 'x' }, 'at `result`'],
])('one that is %s is told', (_what, content, message) => {
  expect(readText(content)).toEqual({ path: 'a/b.json', message: expect.stringContaining(message) });
});
