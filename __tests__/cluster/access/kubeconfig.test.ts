/** Kubeconfig texts: those of the user, and the one made for a cluster. */
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { z } from 'zod';
import {
  otherClusterWarning,
  kubeconfigFor,
  refuseControlPlane,
  chooseContext,
} from '../../../src/cluster/access/kubeconfig.ts';
import { cluster } from '../../support/factories.ts';

const TEXT = `
apiVersion: v1
kind: Config
current-context: prod
contexts:
- {name: prod, context: {cluster: one, user: u}}
- {name: stage, context: {cluster: two, user: u}}
- {name: broken, context: {cluster: none, user: u}}
clusters:
- {name: one, cluster: {server: "https://one.example"}}
- {name: two, cluster: {server: "https://two.example"}}
users:
- {name: u, user: {token: very-secret}}
`;

test('leads to the server of the named context, of the current one without a name', () => {
  expect(chooseContext(TEXT, undefined)).toMatchObject({ context: 'prod', server: 'https://one.example' });
  expect(chooseContext(TEXT, 'stage')).toMatchObject({ context: 'stage', server: 'https://two.example' });
});

test.each([
  ['a plug-in', '{exec: {apiVersion: client.authentication.k8s.io/v1, command: aws}}', 'aws'],
  ['a plug-in by its path', '{exec: {command: "/opt/tools/sign in", args: [t0ken]}}', '/opt/tools/sign in'],
  ['a token', '{token: x}', undefined],
  ['nothing of it', '{exec: null, token: x}', undefined],
])('tells the plug-in by which the user of the context signs in: %s', (_what, user, plugin) => {
  const text = TEXT.replace('{token: very-secret}', user).replace(
    'users:',
    'users:\n- {name: v, user: {token: y}}',
  );
  expect(chooseContext(text, 'stage').plugin).toBe(plugin);
  const another = text.replace('{cluster: two, user: u}', '{cluster: two, user: v}');
  expect(chooseContext(another, 'stage').plugin).toBeUndefined();
});

const DEPLOYER = {
  iss: 'https://oidc.eks.eu-central-1.amazonaws.com/id/ABC',
  sub: 'system:serviceaccount:ci:deployer',
};
const jwt = (claims: object): string =>
  ['e30', Buffer.from(JSON.stringify(claims)).toString('base64url'), 'c2ln'].join('.');

test.each([
  ['of a service account', `{token: ${jwt(DEPLOYER)}}`, { issuer: DEPLOYER.iss, subject: DEPLOYER.sub }],
  ['of a person', `{token: ${jwt({ ...DEPLOYER, sub: 'someone' })}}`, undefined],
  [
    'as they were before Kubernetes 1.24',
    `{token: ${jwt({ ...DEPLOYER, iss: 'kubernetes/serviceaccount' })}}`,
    undefined,
  ],
  ['of another kind', '{token: kubeconfig-u-abc:def}', undefined],
  [
    'beside a certificate, which signs in before it',
    `{token: ${jwt(DEPLOYER)}, client-certificate: a.pem}`,
    undefined,
  ],
  ['beside a file with another one', `{token: ${jwt(DEPLOYER)}, tokenFile: /run/token}`, undefined],
  ['that is no text', '{token: 7}', undefined],
])('tells whose token the user of the context signs in by: one %s', (_what, user, token) => {
  const text = TEXT.replace('{token: very-secret}', user);
  expect(chooseContext(text, 'stage').token).toEqual(token);
});

test.each([
  [TEXT, 'other', 'it has no context "other"; its contexts: prod, stage, broken'],
  [TEXT, 'broken', 'context "broken" names a cluster that is not in it'],
  ['apiVersion: v1', undefined, 'it has no current context; its contexts: none'],
  [TEXT.replaceAll('prod', '""'), undefined, 'it has no current context; its contexts: stage, broken'],
  [
    TEXT.replace('context: {cluster: two, user: u}', 'context: null'),
    'stage',
    'context "stage" names no cluster',
  ],
  [TEXT.replace('{cluster: two, user: u}', '{user: u}'), 'stage', 'context "stage" names no cluster'],
  [
    TEXT.replace('{server: "https://two.example"}', '{}'),
    'stage',
    'the cluster of context "stage" has no server',
  ],
  [
    TEXT.replace('{server: "https://two.example"}', 'null'),
    'stage',
    'the cluster of context "stage" has no server',
  ],
  [
    TEXT.replace('https://two', 'ftp://two'),
    'stage',
    'the server of context "stage" is no address that begins with https:// or http://',
  ],
  [
    TEXT.replace('https://two.example', '127.0.0.1:6443'),
    'stage',
    'the server of context "stage" is no address that begins with https:// or http://',
  ],
  [TEXT.replace('name: u,', 'name: v,'), 'stage', 'context "stage" names a user that is not in it'],
  ...['{}', 'null', "{token: '', exec: null}", '{as: somebody, client-key-data: eA==}'].map(
    (user): [string, string, string] => [
      TEXT.replace('{token: very-secret}', user),
      'stage',
      'context "stage" has nothing to sign in by: no token, no certificate, no program',
    ],
  ),
  [
    TEXT.replace('cluster: two, user: u', 'cluster: two'),
    'stage',
    'context "stage" has nothing to sign in by: no token, no certificate, no program',
  ],
  ['- a list', undefined, 'it is not a kubeconfig: contexts or clusters are missing or misshapen'],
  [
    'current-context: x\ncontexts: [{name: x, context: {cluster: y}}]',
    undefined,
    'context "x" names a cluster that is not in it',
  ],
])('refuses what leads nowhere', (text, context, said) => {
  expect(() => chooseContext(text, context)).toThrow(
    expect.objectContaining({ reason: 'invalid-input', details: expect.objectContaining({ said }) }),
  );
});

test.each([
  ['a context of nothing', '{name: stage, context: {cluster: two, user: u}}', '{name: stage, context: null}'],
  [
    'a context without a name',
    '{name: stage, context: {cluster: two, user: u}}',
    '{context: {cluster: two}}',
  ],
  ['a cluster without a server', '{server: "https://two.example"}', '{insecure-skip-tls-verify: true}'],
  ['a cluster without a name', '{name: two, cluster: {server: "https://two.example"}}', '{cluster: {}}'],
  ['a user of nothing', 'users:', 'users:\n- {name: v}\n- {name: w, user: null}'],
])('what is not used is not judged: %s', (_part, whole, broken) => {
  expect(chooseContext(TEXT.replace(whole, broken), undefined).server).toBe('https://one.example');
});

test.each(['{tokenFile: /run/token}', '{client-certificate: a.pem, client-key: b.pem}', '{username: u}'])(
  'signs in by %s, too',
  (user) => {
    expect(chooseContext(TEXT.replace('{token: very-secret}', user), undefined)).toEqual({
      context: 'prod',
      server: 'https://one.example',
    });
  },
);

test('an API server without TLS, such as one behind `kubectl proxy`, needs nobody to sign in', () => {
  const local = TEXT.replace('https://one.example', 'http://localhost:8001').replace(
    '{token: very-secret}',
    '{}',
  );
  expect(chooseContext(local, undefined)).toEqual({ context: 'prod', server: 'http://localhost:8001' });
});

test('a text that is no YAML is not quoted: it may hold credentials', () => {
  expect(() => chooseContext('token: "very-secret\n\t}', undefined)).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining('very-secret') }),
  );
});

test.each([
  'https://spaces.example/apis/spaces.upbound.io/v1beta1/namespaces/team-a/controlplanes/ctp-1/k8s',
  'https://spaces.example:8443/apis/spaces.upbound.io/v1/namespaces/team-a/controlplanes/ctp-1/k8s/',
])('refuses a context of a control plane by its server', (server) => {
  expect(() => refuseControlPlane({ context: 'up', server })).toThrow(
    expect.objectContaining({
      reason: 'not-a-space',
      details: expect.objectContaining({
        said: expect.stringContaining('control plane team-a/ctp-1'),
        next: expect.stringContaining('EKS cluster'),
      }),
    }),
  );
});

test('lets other servers pass', () => {
  expect(() =>
    refuseControlPlane({ context: 'x', server: 'https://abc.gr7.eu-central-1.eks.amazonaws.com' }),
  ).not.toThrow();
});

test('warns when the kubeconfig leads to another cluster, whatever the case and the port of the address', () => {
  const chosen = { context: 'x', server: 'https://ABC.eks.example:443/' };
  expect(otherClusterWarning(chosen, { ...cluster(), endpoint: 'https://abc.eks.example' })).toBeUndefined();
  expect(otherClusterWarning(chosen, { ...cluster(), endpoint: 'https://other.eks.example' })).toContain(
    'two different clusters',
  );
  expect(otherClusterWarning({ context: 'x', server: 'odd' }, cluster())).toContain('odd');
});

test('makes a kubeconfig whose token is in a file', () => {
  const text = kubeconfigFor({ ...cluster(), certificateAuthority: 'PEM' }, '/private/token');
  expect(parse(text)).toEqual({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      { name: 'space-prod', cluster: { server: cluster().endpoint, 'certificate-authority-data': 'UEVN' } },
    ],
    users: [{ name: 'space-prod', user: { tokenFile: '/private/token' } }],
    contexts: [{ name: 'space-prod', context: { cluster: 'space-prod', user: 'space-prod' } }],
    'current-context': 'space-prod',
  });
  expect(chooseContext(text, undefined).server).toBe(cluster().endpoint);
});

test.each(['C:\\actions runner\\_temp\\token', 'D:/a/_temp/token: #1', '\\\\server\\share\\token', '~token'])(
  'the path of the token is kept to the letter: %j',
  (path) => {
    const { users } = z
      .object({ users: z.array(z.object({ user: z.object({ tokenFile: z.string() }) })) })
      .parse(parse(kubeconfigFor(cluster(), path)));
    expect(users).toEqual([{ user: { tokenFile: path } }]);
  },
);
