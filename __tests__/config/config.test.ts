/** From all inputs of a run to its configuration, or to all problems at once. */
import { describe, expect, test } from '@jest/globals';
import { readConfig } from '../../src/config/index.ts';
import { problems, read, type With } from './support.ts';
const ARN = 'arn:aws:iam::111122223333:role/made-elsewhere';

describe('what is read', () => {
  test('the least that a workflow has to say', () => {
    const { mode, intent, signIn, access, helm, kubectl, proof, reporting, expectedPlan } = read({});
    expect({ mode, access, expectedPlan }).toEqual({ mode: 'plan' });
    expect(intent.role).toEqual({
      kind: 'owned',
      name: 'space-prod-shared-secrets',
      path: '/',
      secretPrefixes: ['prod/'],
      parameterPrefixes: [],
      assumeRoles: [],
      kmsKeyArns: [],
      trustScope: 'exact',
      isolateBy: 'role-policy',
    });
    expect(intent).toMatchObject({
      region: 'eu-central-1',
      serviceAccount: 'external-secrets-controller',
      selection: { globs: [], namespaces: [] },
      release: { annotate: 'helm', name: 'spaces', namespace: 'upbound-system', podLabels: {} },
      waitSeconds: 600,
      restart: 'if-needed',
      prune: true,
      adopt: false,
    });
    expect(signIn).toEqual({
      sessionName: 'spaces-workload-identity-1234',
      durationSeconds: 3600,
      audience: 'sts.amazonaws.com',
      allowedAccountIds: [],
    });
    expect([helm.version, kubectl.version]).toEqual(['auto', 'auto']);
    expect(proof).toEqual({ access: false, secrets: [], parameters: [] });
    expect(reporting).toEqual({
      commentOnPr: true,
      driftIssue: false,
      failOnDrift: true,
      label: 'space-prod',
    });
  });

  test('lists: one a line or between commas, without comments, blank lines and repetitions', () => {
    const { role } = read({ 'secret-prefixes': 'a/, b/ # ours\r\n\n  # nothing\nc\na/' }).intent;
    expect(role).toMatchObject({ secretPrefixes: ['a/', 'b/', 'c'] });
  });

  test.each<[string, string, number]>([
    ['seconds', '90s', 90],
    ['minutes', '10m', 600],
    ['hours', '2h', 7200],
  ])('durations in %s', (_unit, text, seconds) => {
    expect(read({ 'wait-timeout': text }).intent.waitSeconds).toBe(seconds);
  });

  test('versions and mirrors in one form', () => {
    const inputs = {
      'helm-version': '4.1.4',
      'kubectl-version': 'path',
      'helm-download-url': 'https://x/y//',
    };
    const { helm, kubectl } = read({ ...inputs, 'helm-sha256': 'AB'.repeat(32) });
    expect(helm).toEqual({ version: 'v4.1.4', sha256: 'ab'.repeat(32), downloadUrl: 'https://x/y' });
    expect(kubectl.version).toBe('path');
  });

  test('pairs: values may hold what separates keys, and be empty', () => {
    expect(read({ tags: 'team = a=b\nempty=' }).intent.tags).toEqual({ team: 'a=b', empty: '' });
  });

  test('a role made elsewhere, a kubeconfig and a path of the switch', () => {
    const inputs = {
      'role-arn': ARN,
      'secret-prefixes': '',
      kubeconfig: 'line\nline\n',
      'kube-context': 'host',
    };
    const { intent, access } = read({ ...inputs, 'shared-secrets-value': 'a.b' });
    expect(intent.role).toEqual({ kind: 'referenced', arn: ARN });
    expect(access).toEqual({ kubeconfig: 'line\nline\n', context: 'host' });
    expect(intent.release.sharedSecretsValue).toEqual(['a', 'b']);
  });
});

describe('rules between inputs', () => {
  test.each<[string, With, RegExp]>([
    [
      'a role made elsewhere has no name here',
      { 'role-arn': ARN, 'secret-prefixes': '', 'role-name': 'x' },
      /`role-name` can't stand beside `role-arn`/,
    ],
    ['nor prefixes', { 'role-arn': ARN }, /`secret-prefixes` can't stand beside `role-arn`/],
    [
      'something to read is required',
      { 'secret-prefixes': '# nothing' },
      /one of `secret-prefixes` and `parameter-prefixes`.*For example `secret-prefixes: prod\/`/,
    ],
    [
      'a long cluster name needs a role name',
      { 'cluster-name': 'x'.repeat(60) },
      /`role-name` is needed: .* 75 characters/,
    ],
    [
      'namespaces exclude globs',
      { namespaces: 'a', 'control-planes': 'a/*' },
      /`control-planes` can't stand beside `namespaces`/,
    ],
    [
      'namespaces exclude a selector',
      { namespaces: 'a', 'control-plane-selector': 'a=b' },
      /`control-plane-selector` can't/,
    ],
    ['a context needs a kubeconfig', { 'kube-context': 'host' }, /`kube-context` needs `kubeconfig`/],
    [
      'a password needs a user name',
      { 'registry-password': 'x' },
      /`registry-password` needs `registry-username`/,
    ],
    [
      'a user name needs a password',
      { 'registry-username': 'x' },
      /`registry-username` needs `registry-password`/,
    ],
    ['probed secrets need the proof', { 'probe-secrets': 'a' }, /`probe-secrets` needs `prove-access: true`/],
    [
      'probed parameters need the proof',
      { 'probe-parameters': 'a' },
      /`probe-parameters` needs `prove-access: true`/,
    ],
    [
      'no digest of what is not downloaded',
      { 'helm-version': 'path', 'helm-sha256': 'a'.repeat(64) },
      /`helm-sha256` can't/,
    ],
    [
      'neither of kubectl',
      { 'kubectl-version': 'path', 'kubectl-sha256': 'a'.repeat(64) },
      /`kubectl-sha256` can't/,
    ],
  ])('%s', (_rule, inputs, said) => {
    const lines = problems(inputs);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(said);
  });

  test.each<[With]>([
    [{ 'role-arn': ARN, 'secret-prefixes': '', 'cluster-name': 'x'.repeat(60) }],
    [{ 'role-name': 'short', 'cluster-name': 'x'.repeat(60) }],
    [{ 'secret-prefixes': '', 'parameter-prefixes': '/prod/' }],
    [{ 'registry-username': 'x', 'registry-password': '#y' }],
    [{ 'prove-access': 'true', 'probe-secrets': 'a', 'probe-parameters': '/a' }],
    [{ namespaces: '# none', 'control-planes': 'a/*' }],
    // The default itself, written out, shapes nothing.
    [{ 'role-arn': ARN, 'secret-prefixes': '', 'trust-scope': 'exact' }],
  ])('nothing is wrong with %j', (inputs) => {
    expect(problems(inputs)).toEqual([]);
  });

  test.each<[string, With, RegExp]>([
    [
      'of helm',
      { 'helm-download-url': 'http://mirror.example.com' },
      /`helm-download-url` is an `http:\/\/` address/,
    ],
    ['of kubectl', { 'kubectl-download-url': 'http://10.0.0.1' }, /pin the digest with `kubectl-sha256`/],
    ['near loopback', { 'helm-download-url': 'http://127.0.0.1.example.com' }, /`helm-download-url` is/],
    ['of a chart', { chart: 'http://charts.example.com' }, /`chart` is an `http:\/\/` address/],
  ])('an open address %s is refused, with the reason', (_what, inputs, said) => {
    expect(problems(inputs)).toEqual([expect.stringMatching(said)]);
  });

  test.each<[With]>([
    [{ 'helm-download-url': 'http://mirror.example.com', 'helm-sha256': 'a'.repeat(64) }],
    [{ 'helm-download-url': 'http://mirror.example.com', 'helm-version': 'path' }],
    [{ 'kubectl-download-url': 'http://127.8.9.1:8080' }],
    [{ chart: 'http://charts.example.com', 'registry-plain-http': 'true' }],
    [{ chart: 'http://localhost:8080/charts' }],
  ])('an open address that is pinned, not used, said or our own passes: %j', (inputs) => {
    expect(problems(inputs)).toEqual([]);
  });

  test('nothing is written for a pull request', () => {
    expect(problems({ mode: 'apply' }, 'pull_request')).toEqual([
      expect.stringMatching(
        /`mode: apply` is refused under `pull_request`: .*examples\/reviewed\/apply\.yml/,
      ),
    ]);
    expect(problems({ mode: 'destroy' }, 'pull_request')).toHaveLength(1);
    expect(problems({ mode: 'plan' }, 'pull_request')).toEqual([]);
    expect(problems({ mode: 'check' }, 'pull_request')).toEqual([]);
    expect(problems({ mode: 'apply' }, 'push')).toEqual([]);
  });

  test('what is wrong with the kubeconfig stands among the rest', () => {
    const raw = { texts: {}, region: '', runId: '1', trigger: { event: 'push', payload: '', ref: '' } };
    expect(() => readConfig({ ...raw, kubeconfigProblem: 'it is not YAML.' })).toThrow(
      /`identity` is required(.|\n)*`kubeconfig`: it is not YAML\./,
    );
  });
});

describe('warnings', () => {
  test.each<[With, readonly RegExp[]]>([
    [{}, []],
    [{ 'secret-prefixes': 'a/,b-,c_,d.,e@,f=,g+' }, []],
    [
      { 'secret-prefixes': 'prod' },
      [/`secret-prefixes`: `prod` has no delimiter .* `prodx`; write `prod\/`/],
    ],
    [{ 'parameter-prefixes': '/prod' }, [/`parameter-prefixes`: `\/prod` has no delimiter/]],
    [{ 'parameter-prefixes': '/' }, [/`parameter-prefixes: \/` lets the role read every parameter/]],
    [{ mode: 'destroy', 'secret-prefixes': 'prod' }, []],
  ])('of prefixes: %j', (inputs, said) => {
    expect(read(inputs).warnings).toEqual(said.map((line): unknown => expect.stringMatching(line)));
  });
});

describe('bad input', () => {
  test('is reported all at once, bad forms and broken rules together', () => {
    const inputs = { mode: 'aply', 'wait-timeout': '10', tags: 'a=1\na=2\nb', 'kube-context': 'host' };
    const said = problems({ ...inputs, 'secret-prefixes': '', 'cluster-name': '' }, 'push', '');
    const names = ['mode', 'cluster-name', 'aws-region', 'tags', 'wait-timeout', 'one of `secret-prefixes'];
    expect(said).toHaveLength(names.length + 1);
    for (const name of [...names, 'kube-context']) expect(said.join('\n')).toContain(name);
    expect(said.find((line) => line.includes('`tags`'))).toBe(
      '  - `tags`: `a=1, a=2, b` is not understood; allowed: each key once (`a` has two values); ' +
        '`key=value` of letters, digits, blanks and `_.:/=+-@`, key up to 128, value up to 256 characters, ' +
        "without `aws:` in front and without this action's own keys (not `b`).",
    );
    expect(said.find((line) => line.includes('`cluster-name`'))).toContain('is required');
  });
});
