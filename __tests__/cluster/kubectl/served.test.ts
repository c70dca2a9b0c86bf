/** A kind that the cluster does not have, and one of which kubectl was not told. */
import { describe, expect, test } from '@jest/globals';
import { confirmed } from '../../../src/cluster/kubectl/served.ts';
import { errorKindOf, NOT_TOLD } from '../../../src/cluster/stderr.ts';
import type { ExecResult } from '../../../src/tools/exec.ts';
import { kubectlSetup } from './setup.ts';

function failing(stderr: string): ExecResult {
  return { code: 1, stdout: '', stderr };
}

const UNKNOWN = failing('error: the server doesn\'t have a resource type "x"');
const NOT_FOUND = failing('Error from server (NotFound): the server could not find the requested resource');
const BUSY = failing('Error from server (TooManyRequests): later');
const FLUX = ['get', 'helmreleases.helm.toolkit.fluxcd.io', '--all-namespaces'];

const group = (...versions: readonly string[]): string =>
  JSON.stringify({ versions: versions.map((groupVersion) => ({ groupVersion })) });
const kinds = (...names: readonly string[]): string =>
  JSON.stringify({ resources: names.map((name) => ({ name: `${name.toLowerCase()}s`, kind: name })) });

/** Answers by path; `asked` tells the paths in order. */
function api(answers: Readonly<Record<string, ExecResult | string>>) {
  const asked: string[] = [];
  const get = async (path: string) => {
    asked.push(path);
    const answer = answers[path] ?? NOT_FOUND;
    return await Promise.resolve(
      typeof answer === 'string' ? { code: 0, stdout: answer, stderr: '' } : answer,
    );
  };
  return { asked, get };
}

describe('kubectl says that it knows no such kind', () => {
  const TWO = {
    '/apis/helm.toolkit.fluxcd.io': group('helm.toolkit.fluxcd.io/v2', 'helm.toolkit.fluxcd.io/v1'),
  };

  test.each([
    ['there is no such group', {}, 1],
    ['the group has it in no version', { ...TWO, '/apis/helm.toolkit.fluxcd.io/v1': kinds('HelmChart') }, 3],
  ])('it stands where %s', async (_, answers, calls) => {
    const { asked, get } = api(answers);
    expect(await confirmed(UNKNOWN, FLUX, get)).toBe(UNKNOWN);
    expect(asked).toHaveLength(calls);
  });

  test.each([
    [FLUX, { ...TWO, '/apis/helm.toolkit.fluxcd.io/v1': kinds('HelmRelease') }],
    [
      ['get', 'deployment.apps/spaces-controller'],
      { '/apis/apps': group('apps/v1'), '/apis/apps/v1': kinds('Deployment') },
    ],
    [['get', 'pods'], { '/api/v1': kinds('Node', 'Pod') }],
    // What is not asked for by its kind is always there: a dry run of pods.
    [['create', '--filename=-'], {}],
  ])('%j: kubectl was not told of a kind that is served', async (args, answers) => {
    const { stderr } = await confirmed(UNKNOWN, args, api(answers).get);
    expect(stderr).toBe(NOT_TOLD);
    expect(errorKindOf(stderr)).toBe('throttled');
  });

  test('of two kinds one that is missing is enough', async () => {
    const { get } = api({ '/apis/a.io': group('a.io/v1'), '/apis/a.io/v1': kinds('Store') });
    expect(await confirmed(UNKNOWN, ['get', 'stores.a.io,secrets.a.io'], get)).toBe(UNKNOWN);
  });

  test.each([
    ['a busy API server', BUSY, BUSY.stderr],
    ['something else', '<html>', NOT_TOLD],
  ])('nothing follows from the answer of %s', async (_, answer, said) => {
    const ofGroup = api({ '/apis/helm.toolkit.fluxcd.io': answer });
    expect(await confirmed(UNKNOWN, FLUX, ofGroup.get)).toMatchObject({ code: 1, stderr: said });
    const ofVersion = api({ ...TWO, '/apis/helm.toolkit.fluxcd.io/v2': answer });
    expect(await confirmed(UNKNOWN, FLUX, ofVersion.get)).toMatchObject({ code: 1, stderr: said });
  });

  test('nothing is asked about other answers', async () => {
    const { asked, get } = api({});
    expect(await confirmed(BUSY, FLUX, get)).toBe(BUSY);
    const good = { code: 0, stdout: 'rows', stderr: UNKNOWN.stderr };
    expect(await confirmed(good, FLUX, get)).toBe(good);
    expect(await confirmed(NOT_FOUND, ['get', '--raw', '/version'], get)).toBe(NOT_FOUND);
    expect(asked).toEqual([]);
  });
});

test('a read is repeated until kubectl was told of the kind', async () => {
  let reads = 0;
  const { kubectl, log } = kubectlSetup((args) => {
    if (args.includes('/apis/apps/v1')) return kinds('Deployment');
    if (args.includes('/apis/apps')) return group('apps/v1');
    return (reads += 1) === 1 ? UNKNOWN : 'out';
  });
  expect(await kubectl.read('list', ['get', 'deployments.apps'])).toBe('out');
  expect(log.lines).toEqual(['list: the API server is busy; next attempt in 2 s']);
});
