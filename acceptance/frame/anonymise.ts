/** Takes out of a value what tells whose account it came from. */

/** What is known to be somebody's own, and what stands in its place. */
export type Known = Readonly<Record<string, string>>;

const ACCOUNT = '111122223333';
const REQUEST_KEYS: ReadonlySet<string> = new Set([
  '$metadata',
  'requestId',
  'RequestId',
  'extendedRequestId',
]);

const RULES: readonly (readonly [RegExp, string])[] = [
  // The issuer of an EKS cluster, and its endpoint.
  [/(oidc\.eks\.[a-z0-9-]+\.[a-z.]+\/id\/)[0-9A-F]{32}/g, '$1EXAMPLED539D4633E53DE1B71EXAMPLE'],
  [
    /https:\/\/[0-9A-F]{32}(\.[a-z0-9-]+){0,2}\.([a-z0-9-]+)\.eks\.amazonaws\.com/g,
    'https://EXAMPLE.$2.eks.amazonaws.com',
  ],
  // Unique ids and access keys of IAM.
  [/\b(AROA|AIDA|AGPA|ANPA|ASIA|AKIA)[A-Z0-9]{12,}\b/g, '$1EXAMPLEEXAMPLE1'],
  [
    /(request ?id:? ?"?)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi,
    '$100000000-0000-0000-0000-000000000000',
  ],
  [/\beyJ[\w-]+\.[\w-]+\.[\w-]+/g, 'TOKEN'],
  [/k8s-aws-v1\.[\w-]+/g, 'k8s-aws-v1.TOKEN'],
  // Who signed in: a person's name or address often is in it.
  [/(:assumed-role\/[\w+=,.@-]+\/)[\w+=,.@-]+/g, '$1SESSION'],
  // Account ids: any twelve digits that stand alone.
  [/(?<![\w.-])\d{12}(?![\w.])/g, ACCOUNT],
];

function anonymousText(text: string, known: Known): string {
  let result = text;
  // Longer ones first: one may be part of another.
  for (const [own, other] of Object.entries(known).toSorted(([a], [b]) => b.length - a.length))
    if (own !== '') result = result.replaceAll(own, other);
  for (const [pattern, other] of RULES) result = result.replaceAll(pattern, other);
  return result;
}

/** The same value without account ids, ids of issuers, keys and requests; keys of objects too. Dates become texts. */
export function anonymous(value: unknown, known: Known = {}): unknown {
  if (typeof value === 'string') return anonymousText(value, known);
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map((one) => anonymous(one, known));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, member]) => !REQUEST_KEYS.has(key) && member !== undefined)
      .map(([key, member]): [string, unknown] => [anonymousText(key, known), anonymous(member, known)]),
  );
}
