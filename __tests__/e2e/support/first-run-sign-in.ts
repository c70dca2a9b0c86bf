/** First runs that don't get as far as AWS, or not into it. */
import { both, type FirstRun, onPullRequest, RUNNER } from './first-run.ts';

const NO_ROLE = { 'role-to-assume': '' };
const bare = {
  ...NO_ROLE,
  'secret-prefixes': '',
  'parameter-prefixes': '',
};

export const SIGN_IN: readonly FirstRun[] = [
  {
    wrong: 'Nothing is given but the inputs that action.yml requires, `identity` and `cluster-name`',
    reason: 'invalid-input',
    inputs: bare,
    options: ({ world }) => ({ env: { ...world.environment(), AWS_REGION: '' } }),
    says: ['`aws-region` is required', 'one of `secret-prefixes` and `parameter-prefixes` is required'],
  },
  {
    wrong: '`mode: apply` on a pull request',
    reason: 'invalid-input',
    inputs: { mode: 'apply' },
    make: (scene) => onPullRequest(scene),
    says: ['`mode: apply` is refused under `pull_request`', '`mode: plan` on pull requests'],
  },
  {
    wrong: 'The job has no `permissions: id-token: write`',
    reason: 'sign-in-denied',
    make: ({ world }) => {
      const { permissions } = world.github.job;
      permissions.idToken = 'none';
      return () => void (permissions.idToken = 'write');
    },
    says: ['ACTIONS_ID_TOKEN_REQUEST_URL is not set', 'id-token: write'],
  },
  {
    wrong: 'The pull request comes from a fork',
    reason: 'sign-in-denied',
    make: (scene) => onPullRequest(scene, 'someone/spaces-infra'),
    says: ['the fork someone/spaces-infra', 'if: ${{ !github.event.pull_request.head.repo.fork }}'],
  },
  {
    wrong: 'Neither `role-to-assume` nor credentials in the environment',
    reason: 'sign-in-denied',
    inputs: NO_ROLE,
    // A machine in AWS would offer its own.
    options: ({ world }) => ({ env: { ...world.environment(), AWS_EC2_METADATA_DISABLED: 'true' } }),
    says: ['find AWS credentials', '`role-to-assume: arn:aws:iam::', '`permissions: { id-token: write }`'],
  },
  {
    wrong: "The account has no identity provider for GitHub's tokens",
    reason: 'sign-in-denied',
    make: ({ world: { aws, github } }) => {
      const url = github.job.issuer;
      aws.iam.deleteOidcProvider(aws.iam.arn(`oidc-provider/${url.replace('https://', '')}`));
      return () => void aws.iam.createOidcProvider({ url, clientIds: ['sts.amazonaws.com'] });
    },
    says: ['aws iam create-open-id-connect-provider --url https://token.actions.githubusercontent.com'],
  },
  {
    wrong: 'The trust policy of the role is for the branch, and the job runs in an environment',
    reason: 'sign-in-denied',
    make: ({ world: { github } }) => {
      github.job.environment = 'staging';
      return () => void (github.job.environment = undefined);
    },
    says: [
      'sub: repo:octo-org@65/spaces-infra@74:environment:staging',
      '"token.actions.githubusercontent.com:sub": "repo:octo-org@65/spaces-infra@74:environment:staging"',
      `aws iam update-assume-role-policy --role-name ${RUNNER}`,
    ],
  },
  {
    wrong: '`role-to-assume` names a role that is not there',
    reason: 'sign-in-denied',
    inputs: ({ world }) => ({ 'role-to-assume': world.aws.iam.arn('role/github-runer') }),
    says: ['or there is no such role', 'role/github-runer'],
  },
  {
    wrong: 'The role is of another account than `allowed-account-ids`',
    reason: 'wrong-account',
    inputs: { 'allowed-account-ids': '444455556666' },
    says: ['are of account 111122223333', '`allowed-account-ids` has 444455556666'],
  },
  {
    wrong: 'A plan on a pull request, without `permissions: pull-requests: write`',
    make: (scene) => {
      const undo = onPullRequest(scene);
      const { permissions } = scene.world.github.job;
      Object.assign(permissions, { pullRequests: 'none', issues: 'none' });
      scene.world.admitJob();
      return both(
        () => scene.world.admitJob(),
        undo,
        () => void Object.assign(permissions, { pullRequests: 'write', issues: 'write' }),
      );
    },
    shows: /^warning: No pull request comment/,
    says: ['`permissions: pull-requests: write`'],
  },
];
