/** The label of an upgrade of this action: a killed one leaves its revision pending, and the label tells until when it may have run. */
import type { Metadata } from './release-records.ts';

/** Helm copies labels from revision to revision, so the label names the revision that it was made for. */
const LABEL = 'spaces-workload-identity/upgrade';

/** A label for `helm upgrade`. `untilMs`: when this upgrade has ended, whatever happens, in milliseconds since the epoch. */
export function claimFor(revision: number, untilMs: number): string {
  return `${LABEL}=${revision}.${Math.ceil(untilMs / 1000)}`;
}

/** Until when a pending upgrade of this action may still run, in milliseconds since the epoch; undefined for any other record. */
export function begunUntil(record: Pick<Metadata, 'revision' | 'labels' | 'status'>): number | undefined {
  return record.status === 'pending-upgrade' ? claimedUntil(record) : undefined;
}

/** Whether the record is of an upgrade of this action that failed. What of it reached the cluster is in no deployed revision. */
export function isBroken(record: Pick<Metadata, 'revision' | 'labels' | 'status'>): boolean {
  return record.status === 'failed' && claimedUntil(record) !== undefined;
}

/** Until when the upgrade of this action that made the revision may run, in milliseconds; undefined when it is somebody else's. */
export function claimedUntil({
  revision,
  labels,
}: Pick<Metadata, 'revision' | 'labels'>): number | undefined {
  const [, of, seconds] = /^(\d+)\.(\d+)$/.exec(labels?.[LABEL] ?? '') ?? [];
  return Number(of) === revision ? Number(seconds) * 1000 : undefined;
}
