/** Patterns that more than one input needs, or that need a word of reason. */
export const ACCOUNT = /^\d{12}$/;
export const REGION = /^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$/;
/** The path and the name are as IAM takes them (IAM API, `Role`, `Policy`). */
export const ROLE_ARN = /^arn:aws[a-z-]*:iam::\d{12}:role\/([!-~]{1,510}\/)?[\w+=,.@-]{1,64}$/;
/** The ARN of a single role, also where a policy has it as a resource: without the characters of patterns and variables. */
export const SINGLE_ROLE_ARN =
  /^arn:aws[a-z-]*:iam::\d{12}:role\/([!-#%-)+->@-~]{1,510}\/)?[\w+=,.@-]{1,64}$/;
export const POLICY_ARN = /^arn:aws[a-z-]*:iam::(\d{12}|aws):policy\/([!-~]{1,510}\/)?[\w+=,.@-]{1,128}$/;
export const KMS_ARN = /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/;
export const DNS_LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
export const DNS_NAME = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;
/** A DNS name, but shorter (Helm, `chartutil.ValidateReleaseName`). */
export const HELM_RELEASE = /^(?=.{1,53}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;
/** Label syntax of Kubernetes: an optional DNS prefix, then a name of up to 63 characters. */
export const LABEL_KEY =
  /^((?=[^/]{1,253}\/)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*\/)?[A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?$/;
export const LABEL_VALUE = /^([A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?)?$/;
/** What of a prefix or a probe stands for each control plane's own. */
const OWN = String.raw`\{(?:group|name|id|namespace)\}`;

/** A text of such characters and placeholders, up to so many. */
const withPlaceholders = (characters: string, most: number): string =>
  `(?=.{1,${most}}$)(?:${characters}|${OWN})+`;

/** Secrets Manager's names, and those of managed secrets (`rds!…`). */
export const SECRET_PREFIX = new RegExp(`^${withPlaceholders(String.raw`[\w/+=.@!-]`, 512)}$`);
/** A name, or an ARN. */
export const SECRET_NAME = new RegExp(`^${withPlaceholders(String.raw`[\w/+=.@:!-]`, 2048)}$`);
/** Below this path SSM hands out secrets of Secrets Manager, by names that may have more characters than its own. */
export const PARAMETER_PREFIX = new RegExp(
  String.raw`^(\/aws\/reference\/secretsmanager\/([\w/+=.@!-]|${OWN}){0,512}|${withPlaceholders(String.raw`[\w/.-]`, 1011)})$`,
);
/** A name, perhaps with a version or label behind a colon, or an ARN. */
export const PARAMETER_NAME = new RegExp(
  String.raw`^(\/aws\/reference\/secretsmanager\/([\w/+=.@:!-]|${OWN}){1,2000}|${withPlaceholders(String.raw`[\w/.:-]`, 2048)})$`,
);
