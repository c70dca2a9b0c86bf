/** Patterns that more than one input needs, or that need a word of reason. */
export const ACCOUNT = /^\d{12}$/;
export const ROLE_ARN = /^arn:aws[a-z0-9-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/;
export const POLICY_ARN = /^arn:aws[a-z0-9-]*:iam::(\d{12}|aws):policy\/[\w+=,.@/-]+$/;
export const KMS_ARN = /^arn:aws[a-z0-9-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/;
export const DNS_LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
export const DNS_NAME = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;
/** Label syntax of Kubernetes: an optional DNS prefix, then a name of up to 63 characters. */
export const LABEL_KEY =
  /^((?=[^/]{1,253}\/)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*\/)?[A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?$/;
export const LABEL_VALUE = /^([A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?)?$/;
