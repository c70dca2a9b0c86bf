/** Which cluster a kubeconfig leads to, from the output of kubectl. */
import { expect, test } from '@jest/globals';
import { createKubernetesReader } from '../../../src/cluster/kubectl/reader.ts';
import { Failure } from '../../../src/model/failure.ts';
import { refused } from '../../tools/fakes.ts';
import { kubectlSetup } from './setup.ts';

const ISSUER = 'https://oidc.eks.eu-central-1.amazonaws.com/id/ABC';
const PEM = '-----BEGIN CERTIFICATE-----\nAAAA\nBBBB\n-----END CERTIFICATE-----\n';
const base64 = (text: string): string => Buffer.from(text).toString('base64');

type Answer = string | ReturnType<typeof refused>;

function read(authority: Answer, discovery: Answer) {
  const made = kubectlSetup((args) => (args.startsWith('config view') ? authority : discovery));
  return { ...made, identity: createKubernetesReader(made.kubectl, { name: 'spaces' }).clusterIdentity() };
}

test('the certificates that it trusts, and the issuer of its tokens', async () => {
  const { identity, requests } = read(base64(PEM), JSON.stringify({ issuer: ISSUER, jwks_uri: 'x' }));
  expect(await identity).toEqual({ certificateAuthorities: ['AAAABBBB'], issuer: ISSUER });
  expect(requests.map(({ args }) => args.slice(0, 3))).toEqual([
    ['config', 'view', '--minify'],
    ['get', '--raw', '/.well-known/openid-configuration'],
  ]);
});

test('of the kubeconfig nothing but the certificates is printed: it holds credentials', async () => {
  const { identity, requests } = read('', '{}');
  await identity;
  const { args = [] } = requests[0] ?? {};
  expect(args[args.indexOf('--output') + 1]).toBe(
    'jsonpath={.clusters[0].cluster.certificate-authority-data}',
  );
  expect(args).toEqual(expect.arrayContaining(['--kubeconfig=/private/kubeconfig', '--context=space-prod']));
});

test('a kubeconfig that relies on the authorities of the runner has none', async () => {
  expect((await read('', JSON.stringify({ issuer: ISSUER })).identity).certificateAuthorities).toEqual([]);
});

test.each([
  {
    name: 'without the right to read it',
    answer: refused(
      'Error from server (Forbidden): forbidden: User "ci" cannot get path "/.well-known/openid-configuration"',
    ),
    why: 'cannot get path',
  },
  {
    name: 'that is not served',
    answer: refused('Error from server (NotFound): the server could not find the requested resource'),
    why: 'could not find',
  },
  { name: 'that is not JSON', answer: '<html>', why: 'names no issuer' },
  { name: 'that is empty', answer: '{"issuer":""}', why: 'names no issuer' },
])('an issuer $name is left out, with the reason', async ({ answer, why }) => {
  const identity = await read(base64(PEM), answer).identity;
  expect(identity).toEqual({
    certificateAuthorities: ['AAAABBBB'],
    whyNoIssuer: expect.stringContaining(why),
  });
});

test('a kubeconfig that kubectl can not read is a failure', async () => {
  const { identity } = read(refused('error: open ca.pem: no such file'), '{}');
  await expect(identity).rejects.toMatchObject({
    reason: 'cluster-access-denied',
    details: { tried: 'read the certificate authority of the kubeconfig' },
  });
});

test('a cancelled job does not go on without an issuer', async () => {
  const cancelled = new Failure('cancelled', { tried: 'x', said: 'y', next: 'z' });
  const made = kubectlSetup((args) => (args.startsWith('config') ? '' : Promise.reject(cancelled)));
  const reader = createKubernetesReader(made.kubectl, { name: 'spaces' });
  await expect(reader.clusterIdentity()).rejects.toBe(cancelled);
});
