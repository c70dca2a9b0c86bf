/** The environment that a child process gets. */
import { expect, test } from '@jest/globals';
import { array, assert, boolean, constantFrom, dictionary, oneof, property, string } from 'fast-check';
import { childEnvironment, type EnvironmentOptions } from '../../src/tools/environment.ts';
import { createExec } from '../../src/tools/exec.ts';
import { script } from './child-requests.ts';

const FIXED = { KUBERC: 'off', KUBECTL_KUBERC: 'false' };

const needed = {
  PATH: '/bin',
  HOME: '/home/runner',
  TMPDIR: '/tmp',
  LC_ALL: 'C.UTF-8',
  HTTPS_PROXY: 'http://proxy',
  no_proxy: 'localhost',
  SSL_CERT_FILE: '/etc/own.pem',
  RUNNER_TRACKING_ID: 'github_1',
};

const secrets = {
  'INPUT_REGISTRY-PASSWORD': 'secret',
  STATE_token: 'secret',
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'secret',
  ACTIONS_RUNTIME_TOKEN: 'secret',
  GITHUB_TOKEN: 'secret',
  GH_TOKEN: 'secret',
  DEPLOY_KEY: 'secret',
  HELM_KUBETOKEN: 'secret',
  HELM_DRIVER_SQL_CONNECTION_STRING: 'secret',
};

const aws = {
  AWS_ACCESS_KEY_ID: 'key',
  AWS_SECRET_ACCESS_KEY: 'secret of AWS',
  AWS_SESSION_TOKEN: 'secret of AWS',
  AWS_PROFILE: 'other',
  AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://x',
  AWS_WEB_IDENTITY_TOKEN_FILE: '/token',
  AWS_REGION: 'us-west-2',
};

const steering = {
  HELM_NAMESPACE: 'elsewhere',
  KUBECONFIG: '/home/x/.kube/config',
  KUBERC: '/home/x/.kube/kuberc',
  NODE_OPTIONS: '--inspect',
  LD_PRELOAD: '/x.so',
  UNSET: undefined,
};

const job = { ...needed, ...secrets, ...aws, ...steering };

test('a child sees what it needs: neither inputs nor tokens nor credentials of the job, nor what steers it elsewhere', () => {
  expect(childEnvironment(job, { keepAwsCredentials: false })).toEqual({ ...needed, ...FIXED });
});

test('what AWS needs is let through when a sign-in plug-in may need it, and nothing else', () => {
  expect(childEnvironment(job, { keepAwsCredentials: true })).toEqual({ ...needed, ...aws, ...FIXED });
});

test('a program may need more by name; our own values win', () => {
  const also = ['HELM_DRIVER_SQL_CONNECTION_STRING'];
  const extra = { PATH: '/other', HELM_CACHE_HOME: '/c' };
  expect(childEnvironment(job, { keepAwsCredentials: false, also, extra })).toEqual({
    ...needed,
    ...FIXED,
    HELM_DRIVER_SQL_CONNECTION_STRING: 'secret',
    ...extra,
  });
});

test('names compare without case, as Windows does', () => {
  const windows = { Path: 'z', SystemRoot: 'C:\\Windows', 'ProgramFiles(x86)': 'C:\\P', Temp: 't' };
  const options = { keepAwsCredentials: false };
  expect(childEnvironment({ ...windows, Input_Password: 'x', github_token: 'y' }, options)).toEqual({
    ...windows,
    ...FIXED,
  });
});

test('the authorities that Node trusts besides its own are those of the children too, unless they have others', () => {
  const options = { keepAwsCredentials: false };
  const own = { NODE_EXTRA_CA_CERTS: '/proxy.pem' };
  expect(childEnvironment(own, options)).toEqual({ SSL_CERT_FILE: '/proxy.pem', ...FIXED });
  expect(childEnvironment({ ...own, SSL_CERT_FILE: '/own.pem' }, options)['SSL_CERT_FILE']).toBe('/own.pem');
  expect(childEnvironment({ NODE_EXTRA_CA_CERTS: '' }, options)).toEqual(FIXED);
});

/** Written down once more, so that a name that is added by mistake has to be added here too. */
const ALLOWED =
  /^(PATH|HOME|USER|LOGNAME|TMPDIR|TE?MP|TZ|LANG(UAGE)?|LC_.*|(HTTPS?|NO)_PROXY|SSL_CERT_(FILE|DIR)|RUNNER_TRACKING_ID|SYSTEM(ROOT|DRIVE)|WINDIR|COMSPEC|PATHEXT|USER(PROFILE|NAME)|HOME(DRIVE|PATH)|(LOCAL)?APPDATA|PROGRAM(DATA|FILES|FILES\(X86\)))$/i;

test('whatever the job’s environment holds, only listed names pass', () => {
  const known = Object.keys({ ...needed, ...secrets, ...aws, ...steering });
  const name = oneof(
    string(),
    constantFrom(...known),
    constantFrom(...known).map((one) => `${one}_2`),
    constantFrom('INPUT_', 'GITHUB_', 'TF_VAR_', 'ACTIONS_').chain((prefix) =>
      string().map((rest) => prefix + rest),
    ),
  );
  assert(
    property(dictionary(name, string()), boolean(), array(name), (environment, keepAwsCredentials, also) => {
      const options: EnvironmentOptions = { keepAwsCredentials, also };
      const names = Object.keys(childEnvironment(environment, options)).filter((one) => !(one in FIXED));
      const asked = new Set(also.map((one) => one.toUpperCase()));
      const passes = (one: string): boolean =>
        ALLOWED.test(one) || asked.has(one.toUpperCase()) || (keepAwsCredentials && /^AWS_/i.test(one));
      expect(names.filter((one) => !passes(one))).toEqual([]);
    }),
  );
});

test('a real child sees no secret of the job', async () => {
  const PATH = process.env['PATH'];
  const env = childEnvironment({ ...job, PATH }, { keepAwsCredentials: false });
  const { stdout } = await createExec(new AbortController().signal)(
    script('process.stdout.write(JSON.stringify(process.env))', { env }),
  );
  expect(JSON.parse(stdout)).toEqual({ ...needed, PATH, ...FIXED });
});
