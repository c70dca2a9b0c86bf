/** Which cluster a kubeconfig leads to. */
import { expect, test } from '@jest/globals';
import { createKubernetesReader } from '../../../src/cluster/objects/reader.ts';
import { Failure } from '../../../src/model/failure.ts';
import { refused } from '../../tools/fakes.ts';
import { fakeApi, NO_SUCH_PATH, type Reply, said } from '../api/fake-api.ts';
import { kubectlSetup } from '../kubectl/setup.ts';

const ISSUER = 'https://oidc.eks.eu-central-1.amazonaws.com/id/ABC';
const PATH = '/.well-known/openid-configuration';
const PEM = '-----BEGIN CERTIFICATE-----\nAAAA\nBBBB\n-----END CERTIFICATE-----\n';
const base64 = (text: string): string => Buffer.from(text).toString('base64');

const TOKEN = { issuer: ISSUER, subject: 'system:serviceaccount:ci:deployer' };

function read(
  authority: string | ReturnType<typeof refused>,
  discovery: Reply,
  given = true,
  token?: typeof TOKEN,
) {
  const made = kubectlSetup(() => authority);
  const { api, paths } = fakeApi({ [PATH]: discovery });
  const reader = createKubernetesReader(api, made.kubectl, {
    release: { name: 'spaces' },
    kubeconfigGiven: given,
    token,
    readsSecrets: true,
  });
  return { ...made, paths, identity: reader.clusterIdentity() };
}

test('the certificates that it trusts, and the issuer of its tokens', async () => {
  const { identity, requests, paths } = read(base64(PEM), { issuer: ISSUER, jwks_uri: 'x' });
  expect(await identity).toEqual({ certificateAuthorities: ['AAAABBBB'], issuer: ISSUER });
  expect(requests.map(({ args }) => args.slice(0, 3))).toEqual([['config', 'view', '--minify']]);
  expect(paths()).toEqual([PATH]);
});

test('of our own kubeconfig nothing is asked', async () => {
  const { identity, requests, paths } = read('', {}, false);
  expect(await identity).toBeUndefined();
  expect([...requests, ...paths()]).toEqual([]);
});

test('of the kubeconfig nothing but the certificates is printed: it holds credentials', async () => {
  const { identity, requests } = read('', {});
  await identity;
  const { args = [] } = requests[0] ?? {};
  expect(args[args.indexOf('--output') + 1]).toBe(
    'jsonpath={.clusters[0].cluster.certificate-authority-data}',
  );
  expect(args).toEqual(expect.arrayContaining(['--kubeconfig=/private/kubeconfig', '--context=space-prod']));
});

test('a kubeconfig that relies on the authorities of the runner has none', async () => {
  expect((await read('', { issuer: ISSUER }).identity)?.certificateAuthorities).toEqual([]);
});

test.each([
  {
    name: 'without the right to read it',
    answer: said(403, 'Forbidden', `forbidden: User "ci" cannot get path "${PATH}"`),
    why: 'cannot get path',
  },
  { name: 'that is not served', answer: NO_SUCH_PATH, why: 'could not find' },
  { name: 'that is not there', answer: said(404, 'NotFound', 'x not found'), why: 'names no issuer' },
  { name: 'that is empty', answer: { issuer: '' }, why: 'names no issuer' },
])('an issuer $name is left out, with the reason', async ({ answer, why }) => {
  const identity = await read(base64(PEM), answer).identity;
  expect(identity).toEqual({
    certificateAuthorities: ['AAAABBBB'],
    whyNoIssuer: expect.stringContaining(why),
  });
});

const forbiddenTo = (user: string): Reply =>
  said(403, 'Forbidden', `forbidden: User "${user}" cannot get path "${PATH}"`);

test('the issuer of the kubeconfig’s own token, where the API server refuses its user by name', async () => {
  const identity = await read(base64(PEM), forbiddenTo(TOKEN.subject), true, TOKEN).identity;
  expect(identity).toEqual({ certificateAuthorities: ['AAAABBBB'], issuer: ISSUER });
});

test.each([
  ['refuses somebody else', forbiddenTo('system:serviceaccount:ci:deployer-2')],
  ['does not serve the path', NO_SUCH_PATH],
  ['refuses the token', said(401, 'Unauthorized', 'Unauthorized')],
])('that it has taken the token is not known where it %s', async (_what, answer) => {
  const identity = await read(base64(PEM), answer, true, TOKEN).identity;
  expect(identity).toEqual({
    certificateAuthorities: ['AAAABBBB'],
    whyNoIssuer: expect.any(String),
  });
});

test('what the API server says of its issuer counts before the token', async () => {
  const { identity } = read(base64(PEM), { issuer: 'https://other.example' }, true, TOKEN);
  expect(await identity).toMatchObject({ issuer: 'https://other.example' });
});

test('a kubeconfig that kubectl can not read is a failure', async () => {
  const { identity } = read(refused('error: open ca.pem: no such file'), {});
  await expect(identity).rejects.toMatchObject({
    reason: 'cluster-access-denied',
    details: { tried: 'read the certificate authority of the kubeconfig' },
  });
});

test('a cancelled job does not go on without an issuer', async () => {
  const cancelled = new Failure('cancelled', { tried: 'x', said: 'y', next: 'z' });
  const { identity } = read('', () => {
    throw cancelled;
  });
  await expect(identity).rejects.toBe(cancelled);
});
