/** How STS takes and refuses the tokens of service accounts. */
import { CreateOpenIDConnectProviderCommand, UpdateAssumeRolePolicyCommand } from '@aws-sdk/client-iam';
import { AssumeRoleWithWebIdentityCommand } from '@aws-sdk/client-sts';
import { isRefusal, outcomeOf, refusalOf, refusalText } from '../frame/refusal.ts';
import { until, waitedText } from '../frame/until.ts';
import { providerCleanUp } from '../make/cluster-things.ts';
import { MARK } from '../make/names.ts';
import { makeRole } from '../make/roles.ts';
import { providerArnOf } from '../steps/place.ts';
import { type Account, type ProbeContext, tokenOf } from './probe-context.ts';

const STS = 'sts.amazonaws.com';
const BOUND_MS = 90_000;
/** No authority's. */
const THUMBPRINT = 'f'.repeat(40);

export async function seeWebIdentity(probeContext: ProbeContext): Promise<void> {
  const { place } = probeContext;
  const { facts, recorder, names } = place;
  const early = await refusalOf(
    assume(probeContext, probeContext.podRole, await tokenOf(probeContext, 'web', STS)),
  );
  const isUnknown = isRefusal(early, 'InvalidIdentityToken', /No OpenIDConnect provider found/i);
  facts.see('web-identity-without-provider', isUnknown, refusalText(early));
  await makeProvider(probeContext);
  const arn = await makeRole(place, 'web', trustIn(probeContext, 'stranger'));
  const token = await tokenOf(probeContext, 'web', STS);
  const refused = await until({
    boundMs: BOUND_MS,
    signal: place.signal,
    attempt: () => refusalOf(assume(probeContext, arn, token)),
    isIt: (refusal) => isRefusal(refusal, 'AccessDenied'),
  });
  facts.see('web-identity-stranger', refused.afterMs !== undefined, refusalText(refused.answer));
  const other = await refusalOf(assume(probeContext, arn, await tokenOf(probeContext, 'web', 'vault')));
  facts.see('web-identity-audience', isRefusal(other, 'InvalidIdentityToken'), refusalText(other));
  await recorder.record('refusals/web-identity', { early, stranger: refused.answer, audience: other });
  const document = JSON.stringify(trustIn(probeContext, 'web'));
  const change = { RoleName: names.role('web'), PolicyDocument: document };
  await place.aws.iam.send(new UpdateAssumeRolePolicyCommand(change));
  await seeAssumed(probeContext, arn, token);
}

async function seeAssumed(probeContext: ProbeContext, arn: string, token: string): Promise<void> {
  const { place } = probeContext;
  const { facts, recorder, cluster } = place;
  const waited = await until({
    boundMs: BOUND_MS,
    signal: place.signal,
    attempt: () => outcomeOf(assume(probeContext, arn, token)),
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

async function makeProvider({ place }: ProbeContext): Promise<void> {
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

function trustIn({ place }: ProbeContext, serviceAccount: Account): object {
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

async function assume({ place }: ProbeContext, arn: string, token: string) {
  const request = { RoleArn: arn, RoleSessionName: 'acceptance', WebIdentityToken: token };
  return await place.aws.sts.send(new AssumeRoleWithWebIdentityCommand(request));
}
