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
  ['nothing', '{exec: null}', undefined],
])('tells the plug-in by which the user of the context signs in: %s', (_what, user, plugin) => {
  const text = TEXT.replace('{token: very-secret}', user).replace('users:', 'users:\n- {name: v}');
  expect(chooseContext(text, 'stage').plugin).toBe(plugin);
  const another = text.replace('{cluster: two, user: u}', '{cluster: two, user: v}');
  expect(chooseContext(another, 'stage').plugin).toBeUndefined();
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
