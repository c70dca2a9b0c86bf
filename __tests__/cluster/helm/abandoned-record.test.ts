/** The record of an upgrade that was killed, made one of an upgrade that failed. */
import { expect, test } from '@jest/globals';
import { markedFailed } from '../../../src/cluster/helm/abandoned-record.ts';
import { recordSecret, recordText, textIn } from './records.ts';

test('only the status changes, in the record and in the label by which Helm finds it', () => {
  const pending = recordSecret('pending-upgrade');
  const failed = markedFailed(pending) ?? '';
  expect(textIn(failed)).toBe(recordText('failed'));
  expect({ ...JSON.parse(failed), data: {} }).toEqual({ ...JSON.parse(recordSecret('failed')), data: {} });
});

test.each(['deployed', 'failed', 'pending-install', 'pending-rollback', 'superseded', 'uninstalling'])(
  '%s is left as it is',
  (status) => {
    expect(markedFailed(recordSecret(status))).toBeUndefined();
  },
);

test.each(['', '{"metadata":{},"data":{}}', '{"metadata":{"labels":{}},"data":{"release":"e30="}}'])(
  'what is no record of Helm is left as it is: %j',
  (secret) => {
    expect(markedFailed(secret)).toBeUndefined();
  },
);

test('a record that says its status elsewhere first is left as it is', () => {
  const text = '{"chart":{"status":"pending-upgrade"},"info":{"status":"pending-upgrade"}}';
  expect(markedFailed(recordSecret('pending-upgrade', text))).toBeUndefined();
});
