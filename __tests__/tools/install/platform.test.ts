/** Platforms by the names of the download paths. */
import { expect, test } from '@jest/globals';
import { platformOf } from '../../../src/tools/install/platform.ts';

test('maps the names of Node to those of the downloads', () => {
  expect(platformOf('linux', 'x64')).toEqual({ os: 'linux', arch: 'amd64', suffix: '' });
  expect(platformOf('darwin', 'arm64')).toEqual({ os: 'darwin', arch: 'arm64', suffix: '' });
  expect(platformOf('win32', 'x64')).toEqual({ os: 'windows', arch: 'amd64', suffix: '.exe' });
});

test.each([
  ['freebsd', 'x64'],
  ['linux', 'ia32'],
])('refuses %s/%s by name', (system, architecture) => {
  expect(() => platformOf(system, architecture)).toThrow(
    expect.objectContaining({
      reason: 'tool-unavailable',
      message: expect.stringContaining(`${system}/${architecture}`),
    }),
  );
});
