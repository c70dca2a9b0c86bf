/** What an answer to a probe proves: only a denial proves that a read is refused. */
import { expect, test } from '@jest/globals';
import { openSession } from '../../../src/aws/assume/session.ts';
import { answering, coded, keys } from './answering.ts';

test.each([
  [200, '{}', 'read'],
  [400, coded('AccessDeniedException'), 'refused'],
  [400, coded('AccessDeniedException', 'Access to KMS is not allowed'), 'refused'],
  [400, coded('ResourceNotFoundException'), 'missing'],
  [400, coded('UnrecognizedClientException'), 'unanswered'],
  [400, coded('InvalidSignatureException'), 'unanswered'],
  [400, coded('InvalidRequestException', 'marked for deletion'), 'unanswered'],
  [400, coded('DecryptionFailure'), 'unanswered'],
  [400, coded('ThrottlingException'), 'unanswered'],
  [500, coded('InternalServiceError'), 'unanswered'],
  [403, '<html><body>blocked by the proxy</body></html>', 'unanswered'],
])('HTTP %i %s is %s', async (status, body, kind) => {
  const { context, close } = await answering(status, body);
  const answer = await openSession(context, keys).readSecret('prod/db');
  close();
  expect(answer.kind).toBe(kind);
});
