/** The environment that a child process gets. */
import { expect, test } from '@jest/globals';
import { childEnvironment } from '../../src/tools/environment.ts';

const job = {
  PATH: '/bin',
  HTTPS_PROXY: 'http://proxy',
  'INPUT_REGISTRY-PASSWORD': 'secret',
  STATE_token: 'secret',
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'secret',
  ACTIONS_ID_TOKEN_REQUEST_URL: 'https://token',
  ACTIONS_RUNTIME_TOKEN: 'secret',
  GITHUB_TOKEN: 'secret',
  GH_TOKEN: 'secret',
  AWS_ACCESS_KEY_ID: 'key',
  AWS_SECRET_ACCESS_KEY: 'secret',
  AWS_SESSION_TOKEN: 'secret',
  AWS_PROFILE: 'other',
  AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://x',
  AWS_WEB_IDENTITY_TOKEN_FILE: '/token',
  AWS_REGION: 'us-west-2',
  HELM_NAMESPACE: 'elsewhere',
  HELM_KUBETOKEN: 'secret',
  HELM_DRIVER: 'configmap',
  KUBECONFIG: '/home/x/.kube/config',
  KUBERC: '/home/x/.kube/kuberc',
  UNSET: undefined,
};

test('a child sees neither inputs nor tokens nor AWS credentials of the job, nor settings that steer it elsewhere', () => {
  expect(childEnvironment(job, { keepAwsCredentials: false })).toEqual({
    PATH: '/bin',
    HTTPS_PROXY: 'http://proxy',
    AWS_REGION: 'us-west-2',
    HELM_DRIVER: 'configmap',
    KUBERC: 'off',
    KUBECTL_KUBERC: 'false',
  });
});

test('AWS credentials stay when a sign-in plug-in may need them; extras come last', () => {
  const env = childEnvironment(job, {
    keepAwsCredentials: true,
    extra: { PATH: '/other', HELM_CACHE_HOME: '/c' },
  });
  expect(env).toMatchObject({
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_PROFILE: 'other',
    PATH: '/other',
    HELM_CACHE_HOME: '/c',
  });
  expect(Object.values(env).filter((value) => value === 'secret')).toHaveLength(2);
});

test('names compare without case, as Windows does', () => {
  expect(
    childEnvironment({ Input_Password: 'x', github_token: 'y', Path: 'z' }, { keepAwsCredentials: false }),
  ).toEqual({
    Path: 'z',
    KUBERC: 'off',
    KUBECTL_KUBERC: 'false',
  });
});
