/** What the codes of AWS, of the SDK and of Node mean for a run: the reason, and what to do. */
import type { Advice } from '../../model/failure.ts';
import { type AwsError, UNKNOWN_CALLS } from './aws-error.ts';
import type { Call } from './aws-failure.ts';
import { adviseOnDenial } from './denied-by.ts';

export type Explainer = (error: AwsError, call: Call) => Advice;

/** IAM user guide, "Managing AWS STS in an AWS Region": which tokens are valid where. */
export const OPT_IN =
  'the region is not enabled for this account (`aws account get-region-opt-status --region-name REGION`), or the session is of the global endpoint of STS, whose tokens are not valid in regions that have to be enabled: set `role-to-assume`, or AWS_STS_REGIONAL_ENDPOINTS=regional for the step that signs in.';

const badCredentials: Explainer = () => ({
  reason: 'sign-in-denied',
  next: 'AWS does not take the credentials of this job (any more). Sign in again in this job: set `role-to-assume`, or run the step that provides the credentials right before this one. Temporary credentials need their session token.',
});

/** In a region that an account has to switch on, AWS says the same of good credentials. */
const unknownHere: Explainer = () => ({
  reason: 'sign-in-denied',
  next: `AWS does not know these credentials in this region. Sign in again in this job when they are old or wrong. When they work in another region: ${OPT_IN}`,
});

const badSignature: Explainer = () => ({
  reason: 'sign-in-denied',
  next: 'AWS does not accept the signature of the request: either the secret key is wrong, or the clock of the runner is off by more than five minutes.',
});

const gone: Explainer = (error, call) =>
  /no cluster found/i.test(error.message)
    ? {
        reason: 'cluster-not-found',
        next: `There is no such EKS cluster in this account and region: check \`cluster-name\` and \`aws-region\` (${call.on}).`,
      }
    : {
        reason: 'plan-changed',
        next: `${call.on} was there when the plan was made and is not any more. Run again to plan from what is there now.`,
      };

const changedByOthers: Explainer = (_error, call) => ({
  reason: 'plan-changed',
  next: `Somebody else changes ${call.on} at the same time. Let the other job end, then run again.`,
});

/** What is to be changed or to go was there before: then somebody is at work on it. */
const madeByOthers: Explainer = (error, call) =>
  /:(?:Delete|Update)/.test(call.action)
    ? changedByOthers(error, call)
    : {
        reason: 'not-owned',
        next: `${call.on} was not there when the plan was made: somebody else has made it meanwhile. Run again to see what is there; \`adopt: true\` takes over what lacks this action's tags.`,
      };

const stillInUse: Explainer = (_error, call) => ({
  reason: 'not-owned',
  next: `Something that this action did not put there is still attached to ${call.on}, or AWS itself owns it. The message of AWS names it: take it off, then run again.`,
});

const badValue: Explainer = (_error, call) => ({
  reason: 'invalid-input',
  next: `AWS does not take a value that comes from the inputs, for ${call.on}. The message of AWS says which: correct that input.`,
});

const badPolicy: Explainer = (_error, call) => ({
  reason: 'invalid-input',
  next: `AWS does not take a policy that is made of the inputs, for ${call.on}: mostly a principal that does not exist, or a character that does not fit in \`secret-prefixes\`, \`parameter-prefixes\`, \`kms-key-arns\` or \`permissions-boundary\`. \`mode: plan\` shows the whole policy.`,
});

const refusedCall: Explainer = (_error, call) => ({
  reason: 'invalid-input',
  next: `AWS does not take this call as it is, for ${call.on}. The message of AWS says why: mostly a name in the inputs that does not fit, or a feature that the region does not have.`,
});

const unknownCall: Explainer = (_error, call) => ({
  reason: 'invalid-input',
  next: `What answered does not have the call ${call.action}: the region does not offer it yet, or AWS_ENDPOINT_URL names something that is not the whole of AWS. Use another region or endpoint; EKS Pod Identity can be done without by \`identity: irsa\`.`,
});

const disabledRegion: Explainer = () => ({
  reason: 'invalid-input',
  next: 'The region of `aws-region` is switched off for this account, or its STS endpoint is. Switch it on in the account settings, or use another region.',
});

const badEndpoint: Explainer = () => ({
  reason: 'invalid-input',
  next: 'The settings of this job for the addresses of AWS are wrong or do not go together: AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_<SERVICE> (whole URLs), AWS_USE_FIPS_ENDPOINT, AWS_USE_DUALSTACK_ENDPOINT, and the same in the profile of AWS_PROFILE.',
});

const unreadIssuer: Explainer = (_error, call) => ({
  reason: 'timed-out',
  next: `AWS does not reach the OIDC issuer of ${call.on}. That passes as a rule: run again. If it lasts, the issuer must be reachable from the internet.`,
});

const refusedToken: Explainer = () => ({
  reason: 'sign-in-denied',
  next: 'AWS does not take the OIDC token. Check the identity provider in IAM: its URL, its audiences and, if it was made long ago, its thumbprint.',
});

const credentialsFile: Explainer = () => ({
  reason: 'sign-in-denied',
  next: 'A file that the credentials of this job come from is missing or unreadable: AWS_WEB_IDENTITY_TOKEN_FILE, AWS_SHARED_CREDENTIALS_FILE, AWS_CONFIG_FILE, or AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE. Run the step that writes it right before this one, on the same runner, or set `role-to-assume`.',
});

const brokenHeader: Explainer = () => ({
  reason: 'sign-in-denied',
  next: 'The credentials of this job hold a character that no request can carry, mostly a line break or a blank at the end of AWS_ACCESS_KEY_ID or AWS_SESSION_TOKEN. Store the secrets again, without that character.',
});

const brokenOnTheWay: Explainer = () => ({
  reason: 'timed-out',
  next: 'The request did not reach AWS as it was sent: something between the runner and AWS changes it. Let calls to AWS pass by the proxy (NO_PROXY), then run again.',
});

/** Advice by the HTTP status, for codes that are not listed: an answer of AWS is no defect of this action. Undefined without an answer. */
export function byStatus(error: AwsError, call: Call): Advice | undefined {
  const { status, fault } = error;
  if (status === undefined || fault === undefined) return undefined;
  switch (status) {
    case 403:
      return { reason: 'access-denied', next: adviseOnDenial(error.message, call) };
    case 404:
      return gone(error, call);
    case 409:
      return changedByOthers(error, call);
    default:
      return refusedCall(error, call);
  }
}

const GROUPS: readonly (readonly [Explainer, readonly string[]])[] = [
  [unknownHere, ['InvalidClientTokenId', 'UnrecognizedClient']],
  [
    badCredentials,
    ['ExpiredToken', 'ExpiredTokenId', 'InvalidToken', 'MissingAuthenticationToken', 'Unauthorized'],
  ],
  [
    badCredentials,
    ['CredentialsProviderError', 'ProviderError', 'TokenProviderError', 'UnauthorizedSSOTokenError'],
  ],
  [
    badSignature,
    [
      'SignatureDoesNotMatch',
      'InvalidSignature',
      'IncompleteSignature',
      'RequestExpired',
      'RequestTimeTooSkewed',
    ],
  ],
  [refusedToken, ['InvalidIdentityToken', 'IDPRejectedClaim']],
  [unreadIssuer, ['IDPCommunicationError', 'OpenIdIdpCommunicationError']],
  [gone, ['NoSuchEntity', 'ResourceNotFound', 'NotFound']],
  [changedByOthers, ['ConcurrentModification', 'EntityTemporarilyUnmodifiable', 'InvalidState']],
  [madeByOthers, ['EntityAlreadyExists', 'ResourceInUse']],
  [stillInUse, ['DeleteConflict', 'UnmodifiableEntity']],
  [badPolicy, ['MalformedPolicyDocument', 'MalformedPolicy', 'PolicyNotAttachable']],
  [
    badValue,
    ['ValidationError', 'Validation', 'InvalidInput', 'InvalidParameter', 'InvalidRequest', 'BadRequest'],
  ],
  [refusedCall, ['Client', 'UnsupportedAvailabilityZone']],
  [unknownCall, UNKNOWN_CALLS],
  [disabledRegion, ['RegionDisabled', 'OptInRequired']],
  [brokenOnTheWay, ['MalformedHttpRequest']],
  // Errors of the SDK and of Node, before anything is sent.
  [badEndpoint, ['EndpointError', 'ERR_INVALID_URL']],
  [credentialsFile, ['ENOENT', 'EACCES', 'EISDIR', 'ENOTDIR']],
  [brokenHeader, ['ERR_INVALID_CHAR']],
];

/** Explanations by AWS's code without the suffix `Exception`, or by the code of Node. */
export const BY_CODE: ReadonlyMap<string, Explainer> = new Map(
  GROUPS.flatMap(([explainer, codes]) => codes.map((code) => [code, explainer] as const)),
);
