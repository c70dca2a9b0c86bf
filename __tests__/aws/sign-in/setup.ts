/** A job that signs in: its configuration, its tokens, and a mock of STS. */
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import type { CredentialProvider } from '../../../src/aws/client/clients.ts';
import type { IdTokenSource } from '../../../src/model/id-token.ts';
import { signIn } from '../../../src/aws/sign-in/sign-in.ts';
import { decodeClaims } from '../../../src/github/oidc.ts';
import type { SignIn } from '../../../src/model/config.ts';
import { ACCOUNT, connection, fakeLog } from '../fakes.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { START } from '../../support/names.ts';

export const JOB_ROLE = `arn:aws:iam::${ACCOUNT}:role/ci/spaces-plan`;
export const OLD_SUB = 'repo:acme/infra:environment:prod';
export const config: SignIn = {
  roleToAssume: JOB_ROLE,
  sessionName: 'run-1',
  durationSeconds: 3600,
  audience: 'sts.amazonaws.com',
  allowedAccountIds: [],
};
export const ambientConfig: SignIn = { ...config, roleToAssume: undefined };
export const standardClaims = {
  iss: 'https://token.actions.githubusercontent.com',
  aud: 'sts.amazonaws.com',
  sub: OLD_SUB,
  repository_id: '42',
  repository_owner_id: '7',
};

export function setUp(
  claims: Record<string, unknown> | undefined = standardClaims,
  ambient?: CredentialProvider,
  inRegion = 'eu-central-1',
) {
  const sts = mockClient(STSClient);
  const clock = fakeClock();
  const log = fakeLog();
  const masks: string[] = [];
  const tokens: string[] = [];
  const idToken: IdTokenSource = () => {
    const payload = Buffer.from(JSON.stringify(claims)).toString('base64url');
    tokens.push(`head.${payload}.${tokens.length}`);
    const token = tokens.at(-1) ?? '';
    return Promise.resolve({ token, claims: decodeClaims(token) });
  };
  const mask = (value: string): void => {
    masks.push(value);
    log.lines.push('mask');
  };
  const dependencies = { connection: connection(inRegion), idToken, mask, log, clock };
  const identity: { errors: Error[]; lasting?: Error; knownIn?: string } = { errors: [] };
  const askedIn: string[] = [];
  // As the SDK does it: credentials first.
  sts.on(GetCallerIdentityCommand).callsFake(async (_input, getClient: () => STSClient) => {
    await getClient().config.credentials();
    const region = await getClient().config.region();
    askedIn.push(region);
    const error = identity.errors.shift() ?? identity.lasting;
    if (error !== undefined && region !== identity.knownIn) throw error;
    return { Account: ACCOUNT, Arn: `arn:aws:sts::${ACCOUNT}:assumed-role/a/b` };
  });
  return {
    sts,
    identity,
    askedIn,
    clock,
    log,
    masks,
    tokens,
    signIn: (given: SignIn = config) =>
      signIn(given, ambient === undefined ? dependencies : { ...dependencies, ambient }),
  };
}

export const session = (number: number, expiresAt = START + 3_600_000) => ({
  Credentials: {
    AccessKeyId: `key-${number}`,
    SecretAccessKey: `secret-${number}`,
    SessionToken: `session-${number}`,
    Expiration: new Date(expiresAt),
  },
});
