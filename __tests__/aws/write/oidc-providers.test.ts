/** Writing OIDC providers, against mocks of the SDK. */
import {
  AddClientIDToOpenIDConnectProviderCommand,
  CreateOpenIDConnectProviderCommand,
  DeleteOpenIDConnectProviderCommand,
  GetOpenIDConnectProviderCommand,
} from '@aws-sdk/client-iam';
import { describe, expect, test } from '@jest/globals';
import type { CreateOidcProvider } from '../../../src/model/write.ts';
import { ACCOUNT, awsError, failureOf } from '../fakes.ts';
import { setUp } from './setup.ts';

const providerArn = `arn:aws:iam::${ACCOUNT}:oidc-provider/oidc.eks.eu-central-1.amazonaws.com/id/1`;
const provider: CreateOidcProvider = {
  op: 'create-oidc-provider',
  arn: providerArn,
  url: 'https://oidc.eks.eu-central-1.amazonaws.com/id/1',
  audiences: ['sts.amazonaws.com'],
  tags: { a: 'b' },
};

const deletion = {
  op: 'delete-oidc-provider',
  ownRoles: [],
  providerArn,
  replaces: { audiences: ['sts.amazonaws.com'], tags: { a: 'b' } },
} as const;

describe('OIDC provider', () => {
  test('is created without a thumbprint', async () => {
    const { iam, writer, sent } = setUp();
    iam.on(CreateOpenIDConnectProviderCommand).resolves({});
    await writer.createOidcProvider(provider);
    expect(sent()).toEqual(['CreateOpenIDConnectProvider']);
    expect(iam.commandCalls(CreateOpenIDConnectProviderCommand)[0]?.args[0].input).toEqual({
      Url: provider.url,
      ClientIDList: ['sts.amazonaws.com'],
      Tags: [{ Key: 'a', Value: 'b' }],
    });
  });

  test.each([
    [['other'], true],
    [['sts.amazonaws.com'], false],
  ])('made by somebody else meanwhile with %j: audience added: %s', async (ClientIDList, added) => {
    const { iam, writer, sent } = setUp();
    iam.on(CreateOpenIDConnectProviderCommand).rejects(awsError('EntityAlreadyExistsException'));
    iam.on(GetOpenIDConnectProviderCommand).resolves({ ClientIDList });
    iam.on(AddClientIDToOpenIDConnectProviderCommand).resolves({});
    await writer.createOidcProvider(provider);
    expect(sent().includes('AddClientIDToOpenIDConnectProvider')).toBe(added);
  });

  test('waits while IAM does not reach the issuer, within a bound', async () => {
    const { iam, writer, clock } = setUp();
    const unreachable = awsError('OpenIdIdpCommunicationErrorException', 'Request to issuer timed out');
    iam.on(CreateOpenIDConnectProviderCommand).rejectsOnce(unreachable).resolves({});
    await writer.createOidcProvider(provider);
    expect(clock.slept).toHaveLength(1);
    iam.on(CreateOpenIDConnectProviderCommand).rejects(unreachable);
    const before = clock.now();
    const failure = await failureOf(writer.createOidcProvider(provider));
    expect(clock.now() - before).toBe(30_000);
    expect(failure.details.said).toContain('Request to issuer timed out');
  });

  test('is deleted, and gone is fine', async () => {
    const { iam, writer } = setUp();
    iam.on(DeleteOpenIDConnectProviderCommand).rejects(awsError('NoSuchEntityException'));
    iam.on(GetOpenIDConnectProviderCommand).rejects(awsError('NoSuchEntityException'));
    await writer.deleteOidcProvider(deletion);
    expect(iam.commandCalls(DeleteOpenIDConnectProviderCommand)).toHaveLength(1);
  });

  test.each([
    [{ ClientIDList: ['sts.amazonaws.com', 'theirs'], Tags: [{ Key: 'a', Value: 'b' }] }, true],
    [{ ClientIDList: ['sts.amazonaws.com'], Tags: [] }, true],
    [{ ClientIDList: ['sts.amazonaws.com'], Tags: [{ Key: 'a', Value: 'c' }] }, true],
    [
      {
        ClientIDList: [],
        Tags: [
          { Key: 'a', Value: 'b' },
          { Key: 'theirs', Value: 'x' },
        ],
      },
      false,
    ],
  ])('that somebody has come to use since the plan is not deleted: %j: %s', async (actual, isChanged) => {
    const { iam, writer, sent } = setUp();
    iam.on(DeleteOpenIDConnectProviderCommand).resolves({});
    iam.on(GetOpenIDConnectProviderCommand).resolves(actual);
    const reason = await writer.deleteOidcProvider(deletion).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(sent().includes('DeleteOpenIDConnectProvider')).toBe(!isChanged);
    expect(reason).toEqual(isChanged ? expect.objectContaining({ reason: 'plan-changed' }) : undefined);
  });
});
