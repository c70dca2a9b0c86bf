/** What IAM makes of documents. */
import {
  GetAccountSummaryCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { readPolicyDocument } from '../../src/aws/read/policy-document.ts';
import { isEquivalent } from '../../src/policy/equivalence.ts';
import { isRefusal, refusalOf, refusalText } from '../frame/refusal.ts';
import { MARK } from '../make/names.ts';
import { decoded, makeRole } from '../make/roles.ts';
import type { ProbeContext } from './probe-context.ts';

const CALL = { tried: 'compare a document', action: 'iam:GetRole', on: 'a role of the run' };
const parsed = (document: unknown) => readPolicyDocument(encodeURIComponent(JSON.stringify(document)), CALL);

/** Lists of one, and lists that are in no order. */
function trustWithLists(account: string, more: readonly string[] = ['b', 'a']): object {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: ['pods.eks.amazonaws.com'] },
        Action: ['sts:TagSession', 'sts:AssumeRole'],
        Condition: {
          StringEquals: { 'aws:SourceAccount': [account], 'aws:RequestTag/kubernetes-namespace': more },
        },
      },
    ],
  };
}

export async function seeDocuments(probeContext: ProbeContext): Promise<void> {
  const { place } = probeContext;
  const { aws, account, names, recorder } = place;
  const trust = trustWithLists(account);
  const policy = {
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Action: ['s3:GetObject'],
      Resource: ['arn:aws:s3:::b/*', 'arn:aws:s3:::a/*'],
    },
  };
  await makeRole(place, 'documents', trust, policy);
  const RoleName = names.role('documents');
  const { Role: role } = await aws.iam.send(new GetRoleCommand({ RoleName }));
  const keptTrust = decoded(role?.AssumeRolePolicyDocument);
  const request = new GetRolePolicyCommand({ RoleName, PolicyName: MARK });
  const keptPolicy = decoded((await aws.iam.send(request)).PolicyDocument);
  await recorder.record('documents/trust-policy', { sent: trust, kept: keptTrust });
  await recorder.record('documents/access-policy', { sent: policy, kept: keptPolicy });
  see(probeContext, 'trust-policy-kept', trust, keptTrust);
  see(probeContext, 'access-policy-kept', policy, keptPolicy);
  await seeQuota(probeContext, RoleName);
}

function see(
  { place }: ProbeContext,
  id: 'trust-policy-kept' | 'access-policy-kept',
  sent: unknown,
  kept: unknown,
): void {
  const isSame = JSON.stringify(sent) === JSON.stringify(kept);
  const means = isEquivalent(parsed(sent), parsed(kept));
  place.facts.see(id, means, isSame ? 'as it was sent' : `as ${JSON.stringify(kept)}`);
}

/** Over the quota by its white space, and over it by what counts. */
async function seeQuota({ place }: ProbeContext, RoleName: string): Promise<void> {
  const { aws, account, facts, recorder } = place;
  const { SummaryMap: summary } = await aws.iam.send(new GetAccountSummaryCommand({}));
  const quota = summary?.AssumeRolePolicySizeQuota ?? 2048;
  const put = (text: string) =>
    refusalOf(aws.iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: text })));
  const indented = JSON.stringify(trustWithLists(account), null, 10);
  const blank = await put(`${indented.slice(0, -1)}${' '.repeat(quota)}}`);
  await recorder.record('refusals/trust-policy-blanks', blank ?? 'not refused');
  facts.see('trust-policy-blanks', blank === undefined, blank === undefined ? 'taken' : refusalText(blank));
  const names = Array.from({ length: Math.ceil(quota / 20) }, (_, n) => `mxp-namespace-${n}-system`);
  const long = await put(JSON.stringify(trustWithLists(account, names)));
  await recorder.record('refusals/trust-policy-too-long', long ?? 'not refused');
  const isIt = isRefusal(long, 'LimitExceeded', /ACLSizePerRole: \d+/);
  facts.see('trust-policy-too-long', isIt, refusalText(long));
}
