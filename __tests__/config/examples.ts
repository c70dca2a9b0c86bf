/** Texts for every input of the table. */
import type { InputName } from '../../src/config/inputs/index.ts';
import { CHARTS, GLOBS } from './examples-long.ts';
import type { With } from './support.ts';

const KEY = 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const ROLE = 'arn:aws:iam::111122223333:role/path/made-elsewhere';
const ROLE_BAD = ['/', '//x', '/x/', `/${'x'.repeat(65)}`, `/${'p'.repeat(511)}/x`].map(
  (end) => `arn:aws:iam::111122223333:role${end}`,
);
/** What IAM takes for a path, and a policy for more than one role. */
const PATTERNS = ['*/x', 'a?/x', '${aws:PrincipalTag/team}/x', '*'].map(
  (end) => `arn:aws:iam::111122223333:role/${end}`,
);
const SHA = 'a'.repeat(64);
const BOOLEAN = { good: ['true', 'false', ' true '], bad: ['True', 'yes', '1', 'TRUE', 'on', 'nope'] };
const DURATION_BAD = ['10', '10 m', '1d', '-5m', '1.5h', 'm', '1h30m', '0s', '99999999h'];
const VERSION = { good: ['v4.1.4', '4.1.4', 'path'], bad: ['latest', '4', 'v4.1', '>=4', 'v4.1.4-rc.1'] };

/** Texts that a form understands, and texts that it refuses. */
export interface Examples {
  readonly good: readonly string[];
  readonly bad: readonly string[];
}

/** For every input, what is understood and what is not. */
export const EXAMPLES: Readonly<Record<InputName, Examples>> = {
  mode: { good: ['plan', 'apply', 'check', 'destroy'], bad: ['Plan', 'dry-run', 'plan,apply'] },
  identity: { good: ['irsa', 'pod-identity'], bad: ['IRSA', 'pod_identity', 'eks'] },
  'cluster-name': { good: ['a', 'space_prod-1'], bad: ['-space', 'a b', 'space/prod', 'x'.repeat(101)] },
  'aws-region': {
    good: ['eu-central-1', 'us-gov-west-1', 'cn-north-1'],
    bad: ['eu', 'EU-CENTRAL-1', 'eu-central'],
  },
  'role-to-assume': {
    good: [ROLE, `arn:aws:iam::111122223333:role/${'p'.repeat(510)}/${'x'.repeat(64)}`],
    bad: ['job', 'arn:aws:iam::1:role/x', ...ROLE_BAD],
  },
  'role-session-name': { good: ['ci@prod', 'ab'], bad: ['a', 'a b', 'x'.repeat(65)] },
  'role-duration': { good: ['15m', '12h', '900s'], bad: [...DURATION_BAD, '14m', '13h'] },
  audience: { good: ['sts.amazonaws.com', 'https://github.com/org'], bad: ['two words', 'x'.repeat(256)] },
  'allowed-account-ids': { good: ['111122223333', '111122223333, 444455556666'], bad: ['1111', 'me'] },
  kubeconfig: { good: ['/tmp/kubeconfig', 'apiVersion: v1\nkind: Config\n'], bad: [] },
  'kube-context': { good: ['host'], bad: [] },
  'role-name': { good: ['a', 'x'.repeat(64), 'a+b=c'], bad: ['a/b', 'a b', 'x'.repeat(65)] },
  'role-path': {
    good: ['/', '/a/b/', '/a:b/', `/${'p'.repeat(510)}/`],
    bad: ['a', '/a', 'a/', '/a b/', '//', `/${'p'.repeat(511)}/`, '/ä/'],
  },
  'permissions-boundary': {
    good: ['arn:aws:iam::aws:policy/Admin', 'arn:aws:iam::111122223333:policy/a/b'],
    bad: [
      ROLE,
      'boundary',
      'arn:aws:iam::111122223333:policy/a/',
      `arn:aws:iam::aws:policy/${'x'.repeat(129)}`,
    ],
  },
  tags: {
    good: [
      'a=b',
      'Team=a\nteams=a',
      `${'x'.repeat(128)}=${'y'.repeat(256)}`,
      Array.from({ length: 48 }, (_, index) => `k${index}=v`).join('\n'),
      'team=space\nenv=',
      'url=https://x.y/z?'.slice(0, -1),
    ],
    bad: [
      'a',
      '=b',
      'aws:x=y',
      'AWS:x=y',
      'x=aws:y',
      'managed-by=me',
      'Managed-By=me',
      'spaces-workload-identity:cluster=x',
      'Spaces-Workload-Identity:Cluster=x',
      'a=<b>',
      'a\tb=c',
      'team=a\nTeam=b',
      `${'x'.repeat(129)}=a`,
      `a=${'x'.repeat(257)}`,
      Array.from({ length: 49 }, (_, index) => `k${index}=v`).join('\n'),
    ],
  },
  'role-arn': { good: [ROLE], bad: ['name', 'arn:aws:iam::111122223333:user/x', ...ROLE_BAD] },
  'secret-prefixes': {
    good: ['prod/', 'a\nb # why\n\n# c', 'x+=.@-_', 'rds!cluster-', 'rds!', 'aws/x/'],
    bad: ['prod/*', 'a b', 'x'.repeat(513)],
  },
  'parameter-prefixes': {
    good: ['/prod/', 'prod.x_y-z', '/aws/reference/secretsmanager/', '/aws/reference/secretsmanager/rds!db-'],
    bad: ['/prod/*', '/a b/', '/a:b/', '/a!b/', '/x/aws/reference/secretsmanager/a!'],
  },
  'assume-roles': {
    good: [ROLE, `${ROLE}-2\n${ROLE} # why`],
    bad: ['role', 'arn:aws:iam::111122223333:user/x', ...ROLE_BAD, ...PATTERNS, `${ROLE},b`],
  },
  'target-role-arn': { good: [ROLE], bad: ['role', ...ROLE_BAD, ...PATTERNS] },
  'kms-key-arns': { good: [KEY], bad: [KEY.replace('key/', 'alias/'), '1234abcd'] },
  'isolate-by': { good: ['role-policy', 'session-policy'], bad: ['role', 'policy'] },
  'trust-scope': { good: ['exact', 'pattern', 'any-namespace'], bad: ['any', '*'] },
  'control-planes': GLOBS,
  'control-plane-selector': {
    good: ['env=prod,tier!=test', 'env in (a, b)', '!x', 'x', 'x.io/y notin (a)', 'n > 5'],
    bad: ['env="prod"', 'a;b', 'a in', 'a in (b', '!a=b', 'a,', 'x/y/z', `a=${'x'.repeat(64)}`],
  },
  namespaces: { good: ['mxp-1-system', 'a, b'], bad: ['A', 'a.b', 'x'.repeat(64), '-a'] },
  'service-account': {
    good: ['external-secrets-controller', 'a.b'],
    bad: ['A', 'a_b', '.a', 'x'.repeat(254)],
  },
  annotate: { good: ['helm', 'none'], bad: ['Helm', 'kubectl'] },
  'helm-release': {
    good: ['spaces', 'a.b', 'x'.repeat(53)],
    bad: ['Spaces', 'x'.repeat(54), '-a', 'a..b', 'a.-b'],
  },
  'helm-namespace': { good: ['upbound-system', 'spaces-2'], bad: ['a.b', 'A'] },
  chart: CHARTS,
  'chart-version': { good: ['1.17.1', 'v1.17.1-rc.1+x'], bad: ['1.17', '^1.0.0', 'latest'] },
  'registry-username': { good: ['robot'], bad: [] },
  'registry-password': { good: [' p4ss # word '], bad: [] },
  'registry-plain-http': BOOLEAN,
  'shared-secrets-value': { good: ['a', 'a.b1.c_d'], bad: ['a..b', '.a', 'a-b', 'a[0]'] },
  'pod-labels': {
    good: ['a=b', 'x.io/y=', 'A_b=c.D'],
    bad: ['a', '-a=b', 'a=b c', 'x/y/z=1', `a=${'x'.repeat(64)}`],
  },
  'install-agent': BOOLEAN,
  restart: { good: ['if-needed', 'always', 'never'], bad: ['true', 'no'] },
  'wait-timeout': { good: ['1s', '90s', '10m', '6h'], bad: [...DURATION_BAD, '7h'] },
  prune: BOOLEAN,
  adopt: BOOLEAN,
  'prove-access': BOOLEAN,
  'probe-secrets': {
    good: [
      'prod/db',
      'a, b',
      'rds!db-1',
      'arn:aws:secretsmanager:eu-central-1:111122223333:secret:rds!db-1-AbCdEf',
    ],
    bad: ['a*', 'a b'],
  },
  'probe-parameters': {
    good: ['/prod/db', '/prod/db:3', '/aws/reference/secretsmanager/rds!db-1'],
    bad: ['a*', 'a b', 'a!'],
  },
  'expected-plan': { good: [`sha256:${SHA}`], bad: [SHA, 'sha256:abc', `sha256:${SHA.toUpperCase()}`] },
  'fail-on-drift': BOOLEAN,
  'comment-on-pr': BOOLEAN,
  'drift-issue': BOOLEAN,
  label: { good: ['prod (eu)'], bad: ['two\nlines', 'x'.repeat(101)] },
  'github-token': { good: ['ghs_token'], bad: ['ghs_secret word'] },
  'helm-version': VERSION,
  'kubectl-version': VERSION,
  'helm-sha256': { good: [SHA, SHA.toUpperCase()], bad: ['abc', 'g'.repeat(64)] },
  'kubectl-sha256': { good: [SHA], bad: ['abc'] },
  'helm-download-url': {
    good: [
      'https://mirror.example.com/helm/',
      'http://127.0.0.1:8080',
      'http://localhost/x',
      'http://[::1]:80',
    ],
    bad: [
      'mirror',
      'ftp://x',
      'https://x?y=1',
      'https://user:s3cretpass@x',
      'https://s3cretpass@x/y',
      'https://x#y',
      'https://user:s3cretpass/x',
    ],
  },
  'kubectl-download-url': { good: ['https://mirror.example.com'], bad: ['file:///tmp'] },
};

/** What an input needs beside it. */
export const COMPANIONS: Readonly<Partial<Record<InputName, With>>> = {
  'kube-context': { kubeconfig: '/tmp/kubeconfig' },
  'role-arn': { 'secret-prefixes': '' },
  'target-role-arn': { identity: 'pod-identity' },
  'isolate-by': { identity: 'pod-identity', 'secret-prefixes': 'teams/{name}/' },
  'registry-username': { 'registry-password': 'p4ss' },
  'registry-password': { 'registry-username': 'robot' },
  'probe-secrets': { 'prove-access': 'true' },
  'probe-parameters': { 'prove-access': 'true' },
};
