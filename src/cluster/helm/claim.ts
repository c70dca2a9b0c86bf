/** The mark of an upgrade of this action: a killed one leaves its revision pending, and it is known then that nobody is at it. */
import type { Metadata } from './release-records.ts';

/** Helm hands labels on from revision to revision: so the mark names the revision that it is of. */
const LABEL = 'spaces-workload-identity/upgrade';

/** A label for `helm upgrade`. `untilMs`: when this upgrade has ended, whatever happens, in milliseconds since the epoch. */
export function claimFor(revision: number, untilMs: number): string {
  return `${LABEL}=${revision}.${Math.ceil(untilMs / 1000)}`;
}

/** When the upgrade of this action that the record is of has ended, whatever happened; undefined when it is no such record. */
export function begunUntil(record: Pick<Metadata, 'revision' | 'labels' | 'status'>): number | undefined {
  return record.status === 'pending-upgrade' ? claimedUntil(record) : undefined;
}

/** The record is of an upgrade of this action that failed: what of it has reached the cluster is in no revision that counts. */
export function isBroken(record: Pick<Metadata, 'revision' | 'labels' | 'status'>): boolean {
  return record.status === 'failed' && claimedUntil(record) !== undefined;
}

/** Until when an upgrade of this action may be at the revision, in milliseconds; undefined when it is somebody else's. */
export function claimedUntil({
  revision,
  labels,
}: Pick<Metadata, 'revision' | 'labels'>): number | undefined {
  const [, of, seconds] = /^(\d+)\.(\d+)$/.exec(labels?.[LABEL] ?? '') ?? [];
  return Number(of) === revision ? Number(seconds) * 1000 : undefined;
}
