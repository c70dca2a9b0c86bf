/** A CloudFormation template that lets the jobs of a repository in: GitHub's OIDC provider, a role for each job, a way into the cluster. */
import type { Identity } from '../../src/model/config.ts';
import { iamPolicy } from '../permissions/iam.ts';
import { fromPlaceholders } from './placeholders.ts';

export type Value = string | number | boolean | readonly Value[] | { readonly [key: string]: Value };

const HOST = 'token.actions.githubusercontent.com';
const NO_VALUE: Value = { Ref: 'AWS::NoValue' };
const sub = (text: string): Value => ({ 'Fn::Sub': text });
const either = (condition: string, yes: Value, no: Value): Value => ({ 'Fn::If': [condition, yes, no] });

/** What may be assumed by whom: the subject behind the repository. */
interface BootstrapJob {
  readonly mode: 'plan' | 'check' | 'apply';
  /** `Plan`, as the names of the resources begin. */
  readonly title: string;
  /** In words. */
  readonly who: string;
  /** The subjects of GitHub's token. */
  readonly subjects: (repository: string) => readonly Value[];
}

const ofBranch = (repository: string): Value => sub(`repo:\${${repository}}:ref:refs/heads/\${Branch}`);

const JOBS: readonly BootstrapJob[] = [
  {
    mode: 'plan',
    title: 'Plan',
    who: 'jobs on pull requests and on the branch',
    subjects: (repository) => [sub(`repo:\${${repository}}:pull_request`), ofBranch(repository)],
  },
  {
    mode: 'check',
    title: 'Check',
    who: 'jobs on the branch',
    subjects: (repository) => [ofBranch(repository)],
  },
  {
    mode: 'apply',
    title: 'Apply',
    who: 'jobs with the environment, where one is named, else jobs on the branch',
    subjects: (repository) => [
      either(
        'NamesEnvironment',
        sub(`repo:\${${repository}}:environment:\${Environment}`),
        ofBranch(repository),
      ),
    ],
  },
];

const PARAMETERS: Value = {
  Repository: {
    Type: 'String',
    Description: 'The repository whose jobs are let in, as owner/name.',
    AllowedPattern: '[A-Za-z0-9-]+/[A-Za-z0-9._-]+',
  },
  RepositoryWithIds: {
    Type: 'String',
    Default: '',
    Description:
      'The same with its ids, as owner@1001/name@2002. Repositories made since 15 July 2026 sign in under this form.',
    AllowedPattern: '|[A-Za-z0-9-]+@[0-9]+/[A-Za-z0-9._-]+@[0-9]+',
  },
  Branch: {
    Type: 'String',
    Default: 'main',
    Description: 'The branch that checks and applies run on, and plans besides pull requests.',
  },
  Environment: {
    Type: 'String',
    Default: '',
    Description:
      'The environment that applies run in, best one with reviewers. Without it, they run on the branch.',
  },
  GitHubProviderArn: {
    Type: 'String',
    Default: '',
    Description: `The account's OIDC provider for ${HOST}. Without it, one is made: an account has one at most.`,
  },
  ClusterName: { Type: 'String', Description: 'The EKS cluster that hosts the Space.' },
  ClusterIssuer: {
    Type: 'String',
    Description: 'Its OIDC issuer without https://, such as oidc.eks.eu-central-1.amazonaws.com/id/0123.',
    AllowedPattern: '[a-z0-9.-]+/id/[A-Za-z0-9]+',
  },
  WorkloadRoleName: {
    Type: 'String',
    Default: '',
    Description: 'Input role-name of the action. Without it, <ClusterName>-shared-secrets.',
  },
  WorkloadRolePath: { Type: 'String', Default: '/', Description: 'Input role-path of the action.' },
  PlanGroup: { Type: 'String', Default: 'spaces-plan', Description: 'Kubernetes group of the plan role.' },
  CheckGroup: { Type: 'String', Default: 'spaces-check', Description: 'Kubernetes group of the check role.' },
  ApplyGroup: { Type: 'String', Default: 'spaces-apply', Description: 'Kubernetes group of the apply role.' },
};

const isEmpty = (parameter: string): Value => ({ 'Fn::Equals': [{ Ref: parameter }, ''] });
const isGiven = (parameter: string): Value => ({ 'Fn::Not': [isEmpty(parameter)] });

const CONDITIONS: Value = {
  MakesProvider: isEmpty('GitHubProviderArn'),
  KnowsIds: isGiven('RepositoryWithIds'),
  NamesEnvironment: isGiven('Environment'),
  NamesRole: isGiven('WorkloadRoleName'),
};

/** Both forms of the subject; the second only where the ids are known. */
function trust({ subjects }: BootstrapJob): Value {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: {
          Federated: either('MakesProvider', { Ref: 'GitHubProvider' }, { Ref: 'GitHubProviderArn' }),
        },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: {
          StringEquals: {
            [`${HOST}:aud`]: 'sts.amazonaws.com',
            [`${HOST}:sub`]: [
              ...subjects('Repository'),
              ...subjects('RepositoryWithIds').map((one) => either('KnowsIds', one, NO_VALUE)),
            ],
          },
        },
      },
    ],
  };
}

function resourcesOf(job: BootstrapJob, identity: Identity): { readonly [name: string]: Value } {
  const { mode, title, who } = job;
  return {
    [`${title}Role`]: {
      Type: 'AWS::IAM::Role',
      Properties: {
        RoleName: sub(`\${ClusterName}-${mode}`),
        Description: `spaces-workload-identity, mode ${mode}: ${who}`,
        AssumeRolePolicyDocument: trust(job),
        Policies: [
          {
            PolicyName: 'spaces-workload-identity',
            PolicyDocument: fromPlaceholders(iamPolicy(`${mode}-${identity}`)),
          },
        ],
      },
    },
    [`${title}Entry`]: {
      Type: 'AWS::EKS::AccessEntry',
      Properties: {
        ClusterName: { Ref: 'ClusterName' },
        PrincipalArn: { 'Fn::GetAtt': [`${title}Role`, 'Arn'] },
        KubernetesGroups: [{ Ref: `${title}Group` }],
        Type: 'STANDARD',
      },
    },
  };
}

function outputsOf({ mode, title, who }: BootstrapJob): { readonly [name: string]: Value } {
  const arn = { 'Fn::GetAtt': [`${title}Role`, 'Arn'] };
  return {
    [`${title}RoleArn`]: { Description: `Input role-to-assume in mode ${mode}: ${who}.`, Value: arn },
  };
}

function merged(parts: readonly { readonly [name: string]: Value }[]): { readonly [name: string]: Value } {
  return Object.fromEntries(parts.flatMap((part) => Object.entries(part)));
}

/** The template as data. */
export function bootstrapTemplate(identity: Identity): Value {
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: `Lets the jobs of a GitHub repository use spaces-workload-identity with identity ${identity} on one EKS cluster.`,
    Parameters: PARAMETERS,
    Conditions: CONDITIONS,
    Resources: {
      GitHubProvider: {
        Type: 'AWS::IAM::OIDCProvider',
        Condition: 'MakesProvider',
        // Others of the account may rest on it by then.
        DeletionPolicy: 'Retain',
        UpdateReplacePolicy: 'Retain',
        Properties: { Url: `https://${HOST}`, ClientIdList: ['sts.amazonaws.com'] },
      },
      ...merged(JOBS.map((job) => resourcesOf(job, identity))),
    },
    Outputs: merged(JOBS.map(outputsOf)),
  };
}
