/** How STS takes and refuses the tokens of service accounts. */
import { CreateOpenIDConnectProviderCommand, UpdateAssumeRolePolicyCommand } from '@aws-sdk/client-iam';
import { AssumeRoleWithWebIdentityCommand } from '@aws-sdk/client-sts';
import { isRefusal, outcomeOf, refusalOf, refusalText } from '../frame/refusal.ts';
import { until, waitedText } from '../frame/until.ts';
import { providerCleanUp } from '../make/cluster-things.ts';
import { MARK } from '../make/names.ts';
import { makeRole } from '../make/roles.ts';
import { providerArnOf } from '../steps/place.ts';
import { tokenOf } from './bench.ts';
import type { Account, Bench } from './bench.ts';

const STS = 'sts.amazonaws.com';
const BOUND_MS = 90_000;
/** No authority's. */
const THUMBPRINT = 'f'.repeat(40);

export async function seeWebIdentity(bench: Bench): Promise<void> {
  const { place } = bench;
  const { facts, recorder, names } = place;
  const early = await refusalOf(assume(bench, bench.podRole, await tokenOf(bench, 'web', STS)));
  const isUnknown = isRefusal(early, 'InvalidIdentityToken', /No OpenIDConnect provider found/i);
  facts.see('web-identity-without-provider', isUnknown, refusalText(early));
  await makeProvider(bench);
  const arn = await makeRole(place, 'web', trustIn(bench, 'stranger'));
  const token = await tokenOf(bench, 'web', STS);
  const refused = await until({
    boundMs: BOUND_MS,
    signal: place.signal,
    attempt: () => refusalOf(assume(bench, arn, token)),
    isIt: (refusal) => isRefusal(refusal, 'AccessDenied'),
  });
  facts.see('web-identity-stranger', refused.afterMs !== undefined, refusalText(refused.answer));
  const other = await refusalOf(assume(bench, arn, await tokenOf(bench, 'web', 'vault')));
  facts.see('web-identity-audience', isRefusal(other, 'InvalidIdentityToken'), refusalText(other));
  await recorder.record('refusals/web-identity', { early, stranger: refused.answer, audience: other });
  const document = JSON.stringify(trustIn(bench, 'web'));
  const change = { RoleName: names.role('web'), PolicyDocument: document };
  await place.aws.iam.send(new UpdateAssumeRolePolicyCommand(change));
  await seeAssumed(bench, arn, token);
}

async function seeAssumed(bench: Bench, arn: string, token: string): Promise<void> {
  const { place } = bench;
  const { facts, recorder, cluster } = place;
  const waited = await until({
    boundMs: BOUND_MS,
    signal: place.signal,
    attempt: () => outcomeOf(assume(bench, arn, token)),
    isIt: ({ refusal }) => refusal === undefined,
  });
  const { answer, refusal } = waited.answer;
  const isIn = answer !== undefined;
  const said = refusalText(refusal);
  facts.see('trust-policy-seen-by-sts', isIn, waitedText(waited, BOUND_MS, said));
  facts.see('thumbprint-ignored', isIn, isIn ? 'let in' : said);
  if (answer === undefined) return;
  const { Credentials: _keys, $metadata: _metadata, ...told } = answer;
  await recorder.record('documents/web-identity', told);
  const provider = told.Provider ?? '';
  const forms = [providerArnOf(place), cluster.issuer, cluster.issuer.replace('https://', '')];
  facts.see('web-identity-provider', forms.includes(provider), provider);
}

async function makeProvider({ place }: Bench): Promise<void> {
  place.cleanUps.add(providerCleanUp(place, providerArnOf(place)));
  await place.aws.iam.send(
    new CreateOpenIDConnectProviderCommand({
      Url: place.cluster.issuer,
      ClientIDList: [STS],
      ThumbprintList: [THUMBPRINT],
      Tags: [{ Key: MARK, Value: place.clusterName }],
    }),
  );
}

function trustIn({ place }: Bench, serviceAccount: Account): object {
  const issuer = place.cluster.issuer.replace('https://', '');
  const subject = `system:serviceaccount:${place.names.namespace}:${serviceAccount}`;
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Federated: providerArnOf(place) },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: { StringEquals: { [`${issuer}:aud`]: STS, [`${issuer}:sub`]: subject } },
      },
    ],
  };
}

async function assume({ place }: Bench, arn: string, token: string) {
  const request = { RoleArn: arn, RoleSessionName: 'acceptance', WebIdentityToken: token };
  return await place.aws.sts.send(new AssumeRoleWithWebIdentityCommand(request));
}
