/** The templates that let a job in: worked out, they are the published policies and trust the right jobs. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { z } from 'zod';
import { IDENTITIES } from '../../src/model/config.ts';
import { fromPlaceholders } from '../../scripts/bootstrap/placeholders.ts';
import { bootstrapTemplate } from '../../scripts/bootstrap/template.ts';

type Parameters = Readonly<Record<string, string>>;

const GIVEN: Parameters = {
  Repository: 'octo-org/platform',
  ClusterName: 'space-prod',
  ClusterIssuer: 'oidc.eks.eu-central-1.amazonaws.com/id/0123',
};
const PSEUDO: Parameters = {
  'AWS::Partition': 'aws',
  'AWS::Region': 'eu-central-1',
  'AWS::AccountId': '111122223333',
};
const templateSchema = z.object({
  Parameters: z.record(z.string(), z.object({ Default: z.string().optional() })),
  Conditions: z.record(z.string(), z.unknown()),
  Resources: z.record(z.string(), z.unknown()),
  Outputs: z.record(z.string(), z.unknown()),
});
const documentSchema = z.object({ Version: z.literal('2012-10-17'), Statement: z.array(z.unknown()) });
const roleSchema = z.object({
  Properties: z.object({
    RoleName: z.string(),
    AssumeRolePolicyDocument: z.object({
      Statement: z.tuple([
        z.object({
          Principal: z.object({ Federated: z.unknown() }),
          Condition: z.object({ StringEquals: z.record(z.string(), z.unknown()) }),
        }),
      ]),
    }),
    Policies: z.tuple([z.object({ PolicyDocument: documentSchema })]),
  }),
});
const HOST = 'token.actions.githubusercontent.com';

/** What CloudFormation makes of a value: `Ref`, `Fn::Sub`, `Fn::If`, `Fn::Equals`, `Fn::Not`. */
function worker(template: z.infer<typeof templateSchema>, given: Parameters) {
  const parameters = Object.fromEntries(
    Object.entries(template.Parameters).map(([name, { Default = '' }]) => [name, Default]),
  );
  const values: Parameters = { ...parameters, ...PSEUDO, ...given };
  const pair = z.tuple([z.unknown(), z.unknown()]);
  const substituted = (text: string, own: Parameters): string =>
    text.replaceAll(/\$\{([^}]+)\}/g, (_, name: string) => {
      const value = own[name] ?? values[name];
      if (value === undefined) throw new Error(`no ${name}`);
      return value;
    });
  const holds = (condition: unknown): boolean => {
    const { 'Fn::Equals': equal, 'Fn::Not': not } = z
      .object({ 'Fn::Equals': pair.optional(), 'Fn::Not': z.tuple([z.unknown()]).optional() })
      .parse(condition);
    if (not !== undefined) return !holds(not[0]);
    return equal !== undefined && worked(equal[0]) === worked(equal[1]);
  };
  const worked = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(worked).filter((one) => one !== undefined);
    if (typeof value !== 'object' || value === null) return value;
    const [[name, argument] = ['', undefined], ...more] = Object.entries(value);
    if (more.length === 0 && name === 'Ref')
      return argument === 'AWS::NoValue'
        ? undefined
        : (values[String(argument)] ?? `the ${String(argument)}`);
    if (more.length === 0 && name === 'Fn::If') {
      const [condition, yes, no] = z.tuple([z.string(), z.unknown(), z.unknown()]).parse(argument);
      return worked(holds(template.Conditions[condition]) ? yes : no);
    }
    if (more.length === 0 && name === 'Fn::Sub') {
      if (typeof argument === 'string') return substituted(argument, {});
      const [text, own] = z.tuple([z.string(), z.record(z.string(), z.unknown())]).parse(argument);
      const local = Object.entries(own).map(([key, one]): [string, string] => [key, String(worked(one))]);
      return substituted(text, Object.fromEntries<string>(local));
    }
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, worked(one)]));
  };
  return worked;
}

describe.each(IDENTITIES)('%s', (identity) => {
  const text = readFileSync(`bootstrap/cloudformation/${identity}.yaml`, 'utf8');
  const template = templateSchema.parse(parse(text));
  const roleIn = (title: string, more: Parameters = {}) =>
    roleSchema.parse(worker(template, { ...GIVEN, ...more })(template.Resources[`${title}Role`])).Properties;
  const subjectsOf = (title: string, more: Parameters = {}): unknown =>
    roleIn(title, more).AssumeRolePolicyDocument.Statement[0].Condition.StringEquals[`${HOST}:sub`];

  test('the file is the template, in a YAML that reads no date where a text stands', () => {
    expect(parse(text)).toEqual(bootstrapTemplate(identity));
    expect(parse(text, { version: '1.1' })).toEqual(bootstrapTemplate(identity));
  });

  test.each(['plan', 'check', 'apply'])('the policy of %s is the published one, filled in', (mode) => {
    const published = readFileSync(`permissions/iam/${mode}-${identity}.json`, 'utf8');
    const filled = (name: string): string =>
      published
        .replaceAll('${PARTITION}', 'aws')
        .replaceAll('${REGION}', 'eu-central-1')
        .replaceAll('${ACCOUNT_ID}', '111122223333')
        .replaceAll('${CLUSTER_NAME}', 'space-prod')
        .replaceAll('${OIDC_PROVIDER}', 'oidc.eks.eu-central-1.amazonaws.com/id/0123')
        .replaceAll('${ROLE_PATH}', '/')
        .replaceAll('${ROLE_NAME}', name);
    const title = mode.replace(/^./, (letter) => letter.toUpperCase());
    const standard = roleIn(title);
    expect(standard.RoleName).toBe(`space-prod-${mode}`);
    expect(standard.Policies[0].PolicyDocument).toEqual(JSON.parse(filled('space-prod-shared-secrets')));
    const named = roleIn(title, { WorkloadRoleName: 'other' });
    expect(named.Policies[0].PolicyDocument).toEqual(JSON.parse(filled('other')));
  });

  test('pull requests plan, the branch plans, checks and applies', () => {
    expect(subjectsOf('Plan')).toEqual([
      'repo:octo-org/platform:pull_request',
      'repo:octo-org/platform:ref:refs/heads/main',
    ]);
    expect(subjectsOf('Check')).toEqual(['repo:octo-org/platform:ref:refs/heads/main']);
    expect(subjectsOf('Apply')).toEqual(['repo:octo-org/platform:ref:refs/heads/main']);
  });

  test('with an environment, applies run in it and nowhere else', () => {
    expect(subjectsOf('Apply', { Environment: 'prod' })).toEqual(['repo:octo-org/platform:environment:prod']);
    expect(subjectsOf('Check', { Environment: 'prod' })).toEqual(subjectsOf('Check'));
  });

  test('with the ids known, both forms of the subject are let in', () => {
    const more = { RepositoryWithIds: 'octo-org@1001/platform@2002', Environment: 'prod' };
    expect(subjectsOf('Plan', more)).toEqual([
      'repo:octo-org/platform:pull_request',
      'repo:octo-org/platform:ref:refs/heads/main',
      'repo:octo-org@1001/platform@2002:pull_request',
      'repo:octo-org@1001/platform@2002:ref:refs/heads/main',
    ]);
    expect(subjectsOf('Apply', more)).toEqual([
      'repo:octo-org/platform:environment:prod',
      'repo:octo-org@1001/platform@2002:environment:prod',
    ]);
  });

  test('the provider of the account is taken, or one is made that stays', () => {
    const arn = `arn:aws:iam::111122223333:oidc-provider/${HOST}`;
    const [taken, made] = [{ GitHubProviderArn: arn }, {}].map(
      (more) => roleIn('Apply', more).AssumeRolePolicyDocument.Statement[0].Principal.Federated,
    );
    expect(taken).toBe(arn);
    expect(made).toBe('the GitHubProvider');
    expect(template.Resources['GitHubProvider']).toMatchObject({
      Condition: 'MakesProvider',
      DeletionPolicy: 'Retain',
    });
  });

  test('each role has an access entry with a group of its own', () => {
    const groups = ['Plan', 'Check', 'Apply'].map((title) => {
      expect(template.Resources[`${title}Entry`]).toMatchObject({
        Type: 'AWS::EKS::AccessEntry',
        Properties: { PrincipalArn: { 'Fn::GetAtt': [`${title}Role`, 'Arn'] }, Type: 'STANDARD' },
      });
      return template.Parameters[`${title}Group`]?.Default;
    });
    expect(groups).toEqual(['spaces-plan', 'spaces-check', 'spaces-apply']);
  });
});

test('what can not be put in is refused', () => {
  expect(() => fromPlaceholders('${UNKNOWN}')).toThrow('no value for ${UNKNOWN}');
  expect(() => fromPlaceholders({ '${REGION}': 'x' })).toThrow("a key can't be substituted: ${REGION}");
  expect(() => fromPlaceholders(undefined)).toThrow('no text: undefined');
});

describe('the Terraform module', () => {
  const main = readFileSync('bootstrap/terraform/main.tf', 'utf8');

  test('fills in every placeholder of every policy that it reads', () => {
    const known = new Set([...main.matchAll(/^ {4}([A-Z_]+) += /gm)].map(([, name]) => name));
    for (const mode of ['plan', 'check', 'apply'])
      for (const identity of IDENTITIES) {
        const path = `permissions/iam/${mode}-${identity}.json`;
        const asked = [...readFileSync(path, 'utf8').matchAll(/\$\{([A-Z_]+)\}/g)].map(([, name]) => name);
        expect(asked.filter((name) => !known.has(name))).toEqual([]);
      }
    expect(main).toContain('${path.module}/../../permissions/iam/${each.key}-${var.identity}.json');
    expect(existsSync('bootstrap/terraform/../../permissions/iam/apply-irsa.json')).toBe(true);
  });

  test('every variable that it uses is declared, and every declared one is used', () => {
    const declared = [
      ...readFileSync('bootstrap/terraform/variables.tf', 'utf8').matchAll(/^variable "(\w+)"/gm),
    ].map(([, name]) => name);
    const all = main + readFileSync('bootstrap/terraform/outputs.tf', 'utf8');
    const used = new Set([...all.matchAll(/\bvar\.(\w+)/g)].map(([, name]) => name));
    expect(new Set(declared)).toEqual(used);
  });
});
