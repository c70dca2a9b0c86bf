/** OIDC providers through the SDK. */
import {
  AddClientIDToOpenIDConnectProviderCommand,
  CreateOpenIDConnectProviderCommand,
  DeleteOpenIDConnectProviderCommand,
  GetOpenIDConnectProviderCommand,
  ListOpenIDConnectProvidersCommand,
  TagOpenIDConnectProviderCommand,
} from '@aws-sdk/client-iam';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { account, type Bench, issuer, issuerPath, startBench, userWith } from '../../aws/testing.ts';

let bench: Bench;
beforeEach(async () => {
  bench = await startBench();
});
afterEach(() => bench.aws.close());

const arn = `arn:aws:iam::${account}:oidc-provider/${issuerPath}`;
const provider = { OpenIDConnectProviderArn: arn };
const create = new CreateOpenIDConnectProviderCommand({ Url: issuer, ClientIDList: ['sts.amazonaws.com'] });

test('a provider is created without a thumbprint and reads back without the scheme', async () => {
  const { iam } = bench.admin;
  expect((await iam.send(create)).OpenIDConnectProviderArn).toBe(arn);
  const read = await iam.send(new GetOpenIDConnectProviderCommand(provider));
  expect(read).toMatchObject({ Url: issuerPath, ClientIDList: ['sts.amazonaws.com'] });
  expect(read.ThumbprintList).toHaveLength(1);
  const { OpenIDConnectProviderList: all } = await iam.send(new ListOpenIDConnectProvidersCommand({}));
  expect(all).toEqual([{ Arn: arn }]);
});

test('a second provider of one URL exists already', async () => {
  await bench.admin.iam.send(create);
  await expect(bench.admin.iam.send(create)).rejects.toMatchObject({ name: 'EntityAlreadyExistsException' });
});

test('a URL with a port is refused', async () => {
  const port = new CreateOpenIDConnectProviderCommand({ Url: 'https://oidc.example.com:8443/id/1' });
  await expect(bench.admin.iam.send(port)).rejects.toMatchObject({ name: 'ValidationError' });
});

test('an audience is added once', async () => {
  const { iam } = bench.admin;
  bench.aws.iam.createOidcProvider({ url: issuer, clientIds: ['other'] });
  const add = new AddClientIDToOpenIDConnectProviderCommand({ ...provider, ClientID: 'sts.amazonaws.com' });
  await iam.send(add);
  await iam.send(add);
  const read = await iam.send(new GetOpenIDConnectProviderCommand(provider));
  expect(read.ClientIDList).toEqual(['other', 'sts.amazonaws.com']);
});

test('tags are merged, and deleting is idempotent', async () => {
  const { iam } = bench.admin;
  bench.aws.iam.createOidcProvider({ url: issuer, clientIds: [], tags: { a: '1' } });
  await iam.send(new TagOpenIDConnectProviderCommand({ ...provider, Tags: [{ Key: 'b', Value: '2' }] }));
  const read = await iam.send(new GetOpenIDConnectProviderCommand(provider));
  expect(read.Tags).toEqual([
    { Key: 'a', Value: '1' },
    { Key: 'b', Value: '2' },
  ]);
  await iam.send(new DeleteOpenIDConnectProviderCommand(provider));
  await iam.send(new DeleteOpenIDConnectProviderCommand(provider));
  await expect(iam.send(new GetOpenIDConnectProviderCommand(provider))).rejects.toMatchObject({
    name: 'NoSuchEntityException',
  });
});

test('only an owner by tag may delete, where the policy says so', async () => {
  bench.aws.iam.createOidcProvider({ url: issuer, clientIds: [], tags: { owner: 'others' } });
  const { iam } = userWith(bench.aws, 'deployer', {
    Action: 'iam:DeleteOpenIDConnectProvider',
    Resource: '*',
    Condition: { StringEquals: { 'aws:ResourceTag/owner': 'us' } },
  });
  await expect(iam.send(new DeleteOpenIDConnectProviderCommand(provider))).rejects.toMatchObject({
    name: 'AccessDenied',
  });
});
