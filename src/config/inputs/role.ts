/** Inputs: the IAM role of the workload, made here or elsewhere. */
import { ISOLATIONS, TRUST_SCOPES } from '../../model/config.ts';
import { listOf, matching, oneOf, optionalForm } from '../forms.ts';
import { tagPairs } from '../tags.ts';
import type { InputDefinition } from './definition.ts';
import {
  KMS_ARN,
  PARAMETER_PREFIX,
  POLICY_ARN,
  ROLE_ARN,
  SECRET_PREFIX,
  SINGLE_ROLE_ARN,
} from './patterns.ts';

export const roleInputs = {
  'role-name': {
    form: optionalForm(matching(/^[\w+=,.@-]{1,64}$/, '1 to 64 of letters, digits and `+=,.@_-`')),
    description:
      "Name of the workload's IAM role, made and owned by this action. Without it, `<cluster-name>-shared-secrets`.",
    inDigest: true,
    shapesRole: true,
  },
  'role-path': {
    form: matching(/^\/([!-~]{1,510}\/)?$/, 'a path of up to 512 characters that begins and ends with `/`'),
    default: '/',
    description: 'Path of that role.',
    inDigest: true,
    shapesRole: true,
  },
  'permissions-boundary': {
    form: optionalForm(matching(POLICY_ARN, 'the ARN of a managed policy')),
    description: 'ARN of the permissions boundary of that role.',
    inDigest: true,
    shapesRole: true,
  },
  tags: {
    form: tagPairs,
    description: 'Further tags of what this action makes in AWS, `key=value`, one a line, up to 48.',
    inDigest: true,
  },
  'role-arn': {
    form: optionalForm(matching(ROLE_ARN, 'the ARN of an IAM role')),
    description:
      'ARN of a role made elsewhere. It is only referred to: its trust and permissions are checked and never written. Excludes the inputs that shape a role.',
    mayHoldSecret: true,
    inDigest: true,
  },
  'secret-prefixes': {
    form: listOf(
      SECRET_PREFIX,
      'name prefixes without wildcards, such as `prod/` or `teams/{group}/`; placeholders are `{group}`, `{name}`, `{id}`, `{namespace}`',
    ),
    description:
      "Name prefixes of the Secrets Manager secrets that the role may read, one a line, such as `prod/`. `{group}`, `{name}`, `{id}`, `{namespace}` stand for each control plane's own: it may read its own expansion and no other's. This or `parameter-prefixes` is required unless `role-arn` is given.",
    inDigest: true,
    shapesRole: true,
  },
  'parameter-prefixes': {
    form: listOf(
      PARAMETER_PREFIX,
      'parameter prefixes without wildcards, such as `/prod/` or `/teams/{group}/`; placeholders are `{group}`, `{name}`, `{id}`, `{namespace}`',
    ),
    description:
      'Prefixes of the SSM parameters that the role may read, one a line, such as `/prod/`. Placeholders as in `secret-prefixes`.',
    inDigest: true,
    shapesRole: true,
  },
  'assume-roles': {
    form: listOf(SINGLE_ROLE_ARN, 'ARNs of IAM roles, without wildcards'),
    description:
      'ARNs of the roles that stores go on to (`role`, `additionalRoles` of a `SharedSecretStore`), one a line. The role may assume these and no other: whoever controls a store can read whatever they may.',
    inDigest: true,
    shapesRole: true,
  },
  'target-role-arn': {
    form: optionalForm(matching(SINGLE_ROLE_ARN, 'the ARN of an IAM role, without wildcards')),
    description:
      'With `pod-identity`: ARN of a role, in another account as a rule, that the associations go on to. Pods read as that role, which is made elsewhere and has to trust the one here.',
    mayHoldSecret: true,
    inDigest: true,
    of: {
      only: 'pod-identity',
      otherwise:
        'an association goes on to it. With `irsa`, name the role in the stores (`role`) and in `assume-roles`.',
    },
  },
  'kms-key-arns': {
    form: listOf(KMS_ARN, 'ARNs of KMS keys (not aliases)'),
    description:
      'ARNs of customer-managed KMS keys that encrypt those secrets, one a line. Adds `kms:Decrypt`, through the two services only.',
    inDigest: true,
    shapesRole: true,
  },
  'isolate-by': {
    form: oneOf(ISOLATIONS),
    default: 'role-policy',
    description:
      "What keeps control planes apart where prefixes have placeholders: `role-policy` (a statement for each in the role's policy, bound to its session) or, with `pod-identity`, `session-policy` (a session policy on each association, for up to 5,000; the trust policy is bound to account and cluster only then).",
    inDigest: true,
    shapesRole: true,
    of: {
      only: 'pod-identity',
      when: 'session-policy',
      otherwise:
        'only associations have session policies. With `irsa`, `role-policy` keeps control planes apart.',
    },
  },
  'trust-scope': {
    form: oneOf(TRUST_SCOPES),
    default: 'exact',
    description:
      'Who may assume the role: `exact` (one subject per control plane), `pattern` (`mxp-*-system`) or `any-namespace` (the wildcard of the upstream guide, with a warning).',
    inDigest: true,
    shapesRole: true,
  },
} satisfies Readonly<Record<string, InputDefinition>>;
