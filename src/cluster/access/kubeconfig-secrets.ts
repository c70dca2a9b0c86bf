/** What of a kubeconfig is secret. The rest may be shown: masking each of its lines would tear `kind: Config` out of every log. */
import { z } from 'zod';
import { credentialsIn } from '../../tools/proxy/credentials.ts';
import { parseQuietly } from './kubeconfig-source.ts';

const text = z.coerce.string().optional().catch(undefined);
const record = z.record(z.string(), z.unknown()).catch({});
const schema = z.object({
  users: z
    .array(
      // One misshapen part must not hide the others.
      z
        .object({
          user: z
            .object({
              token: text,
              password: text,
              'client-key-data': text,
              exec: z
                .object({
                  env: z
                    .array(z.object({ name: text, value: text }).catch({}))
                    .nullish()
                    .catch([]),
                })
                .nullish()
                .catch(undefined),
              'auth-provider': z.object({ config: record }).nullish().catch(undefined),
            })
            .catch({}),
        })
        .catch({ user: {} }),
    )
    .nullish()
    .catch([]),
  clusters: z
    .array(
      z.object({ cluster: z.object({ server: text, 'proxy-url': text }).catch({}) }).catch({ cluster: {} }),
    )
    .nullish()
    .catch([]),
});

type User = NonNullable<z.infer<typeof schema>['users']>[number]['user'];

/** Settings of plug-ins that are names and places. Masked, a region would be torn out of every ARN. */
const PUBLIC_VARIABLE =
  /(?:^|_)(?:REGION|PROFILE|ENDPOINTS?|URL|FILE|PATH|HOME|DIR|NAME|ARN|ID|METHOD|ENVIRONMENT|INFO|ENABLED|VERSION)$/i;
const PUBLIC_SETTING =
  /^(?:client-id|idp-issuer-url|idp-certificate-authority(?:-data)?|cmd-path|cmd-args|expir[\w-]*|token-key|scopes|environment|tenant-id|apiserver-id|config-mode)$/;

/** A shorter one is a switch: masked, `1` or `true` would be torn out of every line. */
const isLong = (value: string): boolean => value.length >= 6;

/** The secret values of a kubeconfig in YAML or JSON. Of a text that can't be read, what looks like one. */
export function kubeconfigSecrets(kubeconfig: string): readonly string[] {
  const parsed = schema.safeParse(parseQuietly(kubeconfig));
  if (!parsed.success) return likelySecrets(kubeconfig);
  const { users, clusters } = parsed.data;
  return [
    ...(users ?? []).flatMap(({ user }) => secretsOfUser(user)),
    ...(clusters ?? []).flatMap(({ cluster }) => [
      ...credentialsIn(cluster.server),
      ...credentialsIn(cluster['proxy-url']),
    ]),
  ].filter((value) => value !== '');
}

function secretsOfUser(user: User): readonly string[] {
  const variables = user.exec?.env ?? [];
  const settings = Object.entries(user['auth-provider']?.config ?? {});
  const key = user['client-key-data'] ?? '';
  return [
    user.token ?? '',
    user.password ?? '',
    key,
    Buffer.from(key, 'base64').toString('utf8'),
    ...variables
      .flatMap(({ name, value }) => (PUBLIC_VARIABLE.test(name ?? '') ? [] : [value ?? '']))
      .filter(isLong),
    ...settings.flatMap(([name, value]) => (PUBLIC_SETTING.test(name) ? [] : [String(value)])).filter(isLong),
  ];
}

/** What stands behind a telling key, and words that only tokens and keys are long enough for. Addresses and ARNs are neither. */
function likelySecrets(kubeconfig: string): readonly string[] {
  const named = [
    ...kubeconfig.matchAll(/(?:token|password|secret|key-data)["']?\s*[:=]\s*["']?([^\s"',}]+)/gi),
  ].map(([, value = '']) => value);
  const words = kubeconfig
    .split(/[\s"',]+/)
    .filter((word) => word.length >= 20 && !/^(?:https?:|arn:)/.test(word));
  return [...named, ...words];
}
