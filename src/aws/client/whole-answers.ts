/** Answers with a good status that AWS has not written, or not to their end: else they would be read as lists of nothing. */
import { buffer } from 'node:stream/consumers';
import type { Readable } from 'node:stream';

/** Whether a body is an answer of the service's protocol, whole. */
export type IsWhole = (body: string) => boolean;

/** IAM and STS: one XML element, named after the action; there may be comments around it. */
export const isWholeXml: IsWhole = (body) => {
  const bare = body.replaceAll(/<!--[\s\S]*?-->/g, '');
  return /^\s*(?:<\?xml[^>]*>\s*)?<(\w+Response)(?:\s[^>]*)?(?:\/>|>[\s\S]*<\/\1>)\s*$/.test(bare);
};

/** EKS: one JSON object. */
export const isWholeJson: IsWhole = (body) => {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null;
  } catch {
    return false;
  }
};

interface HttpAnswer {
  readonly statusCode: number;
  body: Readable | Uint8Array;
}

function isHttpAnswer(value: unknown): value is HttpAnswer {
  return typeof value === 'object' && value !== null && 'statusCode' in value && 'body' in value;
}

/** Operations of this action whose answers hold nothing that is read (API models of IAM and EKS). */
const WITHOUT_OUTPUT: ReadonlySet<string> = new Set([
  'AddClientIDToOpenIDConnectProviderCommand',
  'DeleteOpenIDConnectProviderCommand',
  'DeleteRoleCommand',
  'DeleteRolePolicyCommand',
  'PutRolePermissionsBoundaryCommand',
  'PutRolePolicyCommand',
  'TagResourceCommand',
  'TagRoleCommand',
  'UpdateAssumeRolePolicyCommand',
]);

/** Where it stands in a client's stack: next to the network, before the SDK reads anything. */
export const NEXT_TO_THE_NETWORK = { step: 'deserialize', priority: 'low', name: 'wholeAnswers' } as const;

/**
 * For the middleware stack of a client: such an answer becomes an error, which the SDK tries again like one of the network. AWS
 * always writes something; what is put in its place may have nothing to say of a write. An empty body is taken for that when the
 * status says so too, or the next attempt: what was written is read back. Not so what was removed: whoever has removed it says the
 * second time that it is missing.
 */
export function wholeAnswers(isWhole: IsWhole) {
  return <A, R extends { readonly response: unknown }>(
    next: (args: A) => Promise<R>,
    { commandName = '' }: { readonly commandName?: string } = {},
  ) => {
    // The stack is put together anew for each call, and gone through for each attempt at it.
    let empty = 0;
    return async (args: A): Promise<R> => {
      const result = await next(args);
      const { response } = result;
      if (!isHttpAnswer(response) || response.statusCode >= 300) return result;
      const body = response.body instanceof Uint8Array ? response.body : await buffer(response.body);
      response.body = body;
      if (isWhole(Buffer.from(body).toString())) return result;
      if (body.length === 0 && WITHOUT_OUTPUT.has(commandName)) {
        empty += 1;
        const isReadBack = !commandName.startsWith('Delete');
        if (response.statusCode === 204 || (isReadBack && empty > 1)) return result;
      }
      throw unreadable(response);
    };
  };
}

/** `$response` without a side at fault is how the SDK marks what it can't read. */
function unreadable(response: HttpAnswer): Error {
  const message = `the answer with status ${response.statusCode} is not one of AWS, or is not whole`;
  const marks = { $response: response, $metadata: { httpStatusCode: response.statusCode }, $retryable: {} };
  return Object.assign(new Error(message), { name: 'UnreadableAnswer', ...marks });
}
