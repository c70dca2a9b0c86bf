/** The variables that AWS's SDKs read. */

/** The variables that EKS's two mechanisms set. Values of others are not kept: some hold secrets. */
export const VARIABLES = {
  role: 'AWS_ROLE_ARN',
  webToken: 'AWS_WEB_IDENTITY_TOKEN_FILE',
  credentials: 'AWS_CONTAINER_CREDENTIALS_FULL_URI',
  podToken: 'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE',
};

/**
 * Variables from which the SDK takes other credentials, or where it looks for them (aws-sdk-go-v2, `config`: `env_config.go`
 * and `resolve_credentials.go`). Their names alone are kept.
 */
export const OTHER_SOURCES = [
  'AWS_ACCESS_KEY_ID',
  'AWS_ACCESS_KEY',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SECRET_KEY',
  'AWS_PROFILE',
  'AWS_DEFAULT_PROFILE',
  'AWS_SHARED_CREDENTIALS_FILE',
  'AWS_CONFIG_FILE',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
] as const;
