/** Who runs the script: in a job of GitHub by its OIDC token, elsewhere by what the SDK finds. */
import { AssumeRoleWithWebIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { fromNodeProviderChain } from '@aws-sdk/credential-providers';
import { z } from 'zod';
import { credentialsIn } from '../make/clients.ts';
import type { AwsKeys, Ports } from '../ports.ts';

const answerSchema = z.object({ value: z.string().min(1) });

export interface SignIn extends Pick<Ports, 'region' | 'endpoint'> {
  /** The role for GitHub's token; without it, the SDK's own search. */
  readonly roleArn: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Signs in anew when the credentials are about to run out: a run takes longer than a session. */
export function credentialsFor(signIn: SignIn): () => Promise<AwsKeys> {
  const { roleArn } = signIn;
  const fetch = roleArn === undefined ? fromNodeProviderChain() : () => byGithub(signIn, roleArn);
  let known: AwsKeys | undefined;
  return async () => {
    const left = (known?.expiration?.getTime() ?? Number.POSITIVE_INFINITY) - Date.now();
    if (known === undefined || left < 600_000) known = await fetch();
    return known;
  };
}

async function byGithub({ env, region, endpoint }: SignIn, roleArn: string): Promise<AwsKeys> {
  const token = await githubToken(env);
  const sts = new STSClient({ region, ...(endpoint !== undefined && { endpoint }) });
  const { Credentials: keys } = await sts.send(
    new AssumeRoleWithWebIdentityCommand({
      RoleArn: roleArn,
      RoleSessionName: 'acceptance',
      WebIdentityToken: token,
      DurationSeconds: 3600,
    }),
  );
  return credentialsIn(keys);
}

async function githubToken(env: SignIn['env']): Promise<string> {
  const url = env['ACTIONS_ID_TOKEN_REQUEST_URL'] ?? '';
  const bearer = env['ACTIONS_ID_TOKEN_REQUEST_TOKEN'] ?? '';
  if (url === '' || bearer === '')
    throw new Error('--role needs a job of GitHub with `permissions: id-token: write`');
  const response = await fetch(`${url}&audience=sts.amazonaws.com`, {
    headers: { authorization: `bearer ${bearer}` },
    signal: AbortSignal.timeout(30_000),
  });
  if (!response.ok) throw new Error(`GitHub gives no OIDC token: HTTP status ${response.status}`);
  return answerSchema.parse(await response.json()).value;
}
