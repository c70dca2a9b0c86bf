/** The placeholders of permissions/iam as what CloudFormation puts in their place. */
import type { Value } from './template.ts';

const NAMES: Readonly<Record<string, string>> = {
  PARTITION: 'AWS::Partition',
  REGION: 'AWS::Region',
  ACCOUNT_ID: 'AWS::AccountId',
  CLUSTER_NAME: 'ClusterName',
  OIDC_PROVIDER: 'ClusterIssuer',
  ROLE_PATH: 'WorkloadRolePath',
  ROLE_NAME: 'RoleName',
};

/** The action's own default of `role-name`. */
const ROLE_NAME: Value = {
  RoleName: {
    'Fn::If': ['NamesRole', { Ref: 'WorkloadRoleName' }, { 'Fn::Sub': '${ClusterName}-shared-secrets' }],
  },
};

function substituted(text: string): Value {
  if (!text.includes('${')) return text;
  const named = text.replaceAll(/\$\{([^}]*)\}/g, (_, name: string) => {
    const found = NAMES[name];
    if (found === undefined) throw new Error(`no value for \${${name}}`);
    return `\${${found}}`;
  });
  return { 'Fn::Sub': text.includes('${ROLE_NAME}') ? [named, ROLE_NAME] : named };
}

/** The document with each placeholder as a substitution. Throws on one that is not known, and on one in a key. */
export function fromPlaceholders(document: unknown): Value {
  if (typeof document === 'string') return substituted(document);
  if (Array.isArray(document)) return document.map(fromPlaceholders);
  if (typeof document !== 'object' || document === null) throw new Error(`no text: ${String(document)}`);
  return Object.fromEntries(
    Object.entries(document).map(([key, value]): [string, Value] => {
      if (key.includes('${')) throw new Error(`a key can't be substituted: ${key}`);
      return [key, fromPlaceholders(value)];
    }),
  );
}
