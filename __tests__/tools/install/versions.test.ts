/** Which versions of helm and kubectl fit a cluster. */
import { expect, test } from '@jest/globals';
import {
  exactVersion,
  versionsFor,
  isHelm4,
  checkHelmVersion,
  checkKubectlVersion,
  minorOf,
} from '../../../src/tools/install/versions.ts';
import semver from 'semver';

test('reads the minor of versions as EKS, kubectl and people write them', () => {
  expect(['1.35', 'v1.35.2', '1.35+', '1.35-eks', '1.7'].map(minorOf)).toEqual([35, 35, 35, 35, 7]);
  expect(['', '35', '2.1', 'v0.0.0-master', '1.x'].map(minorOf)).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

test.each([30, 31, 32, 33, 34, 35, 36, 37])(
  '1.%i gets a kubectl of its own minor and a helm that serves it',
  (minor) => {
    const version = `1.${minor}`;
    const { kubectlMinor, kubectlKnown = '', helm, warning } = versionsFor(version);
    expect(kubectlMinor).toBe(version);
    expect(minorOf(kubectlKnown)).toBe(minor);
    expect(semver.valid(helm)).not.toBeNull();
    expect(checkHelmVersion(helm, version)).toEqual({});
    expect(checkKubectlVersion(kubectlKnown, version)).toEqual({});
    expect(warning).toBeUndefined();
  },
);

test('helm is of the 4 line where one serves the cluster', () => {
  expect([30, 31, 35].map((minor) => isHelm4(versionsFor(`1.${minor}`).helm))).toEqual([false, true, true]);
});

test('a minor off the table takes the nearest helm, and says so', () => {
  expect(versionsFor('1.38')).toMatchObject({ kubectlMinor: '1.38', helm: versionsFor('1.37').helm });
  expect(versionsFor('1.38').kubectlKnown).toBeUndefined();
  expect(versionsFor('1.38').warning).toContain('Kubernetes 1.38 is outside of 1.30 to 1.37');
  expect(versionsFor('1.29').helm).toBe(versionsFor('1.30').helm);
  expect(() => versionsFor('latest')).toThrow('not a Kubernetes version');
});

test('kubectl: one minor of skew is fine, more is a warning', () => {
  expect(checkKubectlVersion('v1.34.1', '1.35')).toEqual({});
  expect(checkKubectlVersion('v1.36.1', '1.35')).toEqual({});
  expect(checkKubectlVersion('v1.33.1', '1.35').warning).toContain('more than one minor away');
  expect(checkKubectlVersion('v1.37.1', '1.35').warning).toContain('more than one minor away');
  expect(checkKubectlVersion('v0.0.0-master', '1.35').warning).toContain('not known whether');
  expect(checkKubectlVersion('v1.35.0', 'what').warning).toContain('not known whether');
});

test('helm: too old and the broken 4.2.1 are refused, a skew is a warning', () => {
  expect(checkHelmVersion('v3.13.3', '1.30').refuse).toContain('too old');
  expect(checkHelmVersion('v4.2.1', '1.35').refuse).toContain('hangs on chart hooks');
  expect(checkHelmVersion('v4.2.2', '1.35')).toEqual({});
  expect(checkHelmVersion('v3.14.0', '1.29')).toEqual({});
  expect(checkHelmVersion('v4.0.5', '1.35').warning).toContain('made for Kubernetes 1.31 to 1.34');
  expect(checkHelmVersion('v4.3.1', '1.33').warning).toContain('made for Kubernetes 1.34 to 1.37');
  expect(checkHelmVersion('v4.9.0', '1.35').warning).toContain('not known whether');
  expect(checkHelmVersion('v4.3.1', 'what').warning).toContain('not known whether');
  expect(checkHelmVersion('gibberish', '1.35').warning).toContain('tells no version that is understood');
});

test('an exact version, with or without v', () => {
  expect(['v1.2.3', '1.2.3', ' v4.0.0-rc.1 ', '1.2', 'latest', ''].map(exactVersion)).toEqual([
    'v1.2.3',
    'v1.2.3',
    'v4.0.0-rc.1',
    undefined,
    undefined,
    undefined,
  ]);
});

test('tells Helm 4 from Helm 3', () => {
  expect(['v3.22.0', 'v4.0.0', '5.1', ''].map(isHelm4)).toEqual([false, true, true, false]);
});
