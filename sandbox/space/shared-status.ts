/** The status that Spaces gives SharedSecretStores and SharedExternalSecrets. */

/** What there is to say of one control plane: nothing, when all is well. */
export interface Verdict {
  /** Name of the control plane. */
  readonly controlPlane: string;
  readonly problem: string | undefined;
}

/** A store's status: External Secrets has a condition for each control plane where it can't be used, the Space one for all. */
export function storeStatus(verdicts: readonly Verdict[], observedGeneration: number | undefined) {
  const lastTransitionTime = new Date().toISOString();
  const projected = split(verdicts, (message) => ({
    type: 'Ready',
    status: 'False',
    reason: 'InvalidProviderConfig',
    message,
    lastTransitionTime,
  }));
  const ready = projected.failed.length === 0 ? 'True' : 'False';
  return {
    conditions: [
      { lastTransitionTime, reason: 'ReferencesResolved', status: 'True', type: 'SecretRefsReady' },
      { lastTransitionTime, reason: 'Provisioned', status: ready, type: 'Ready' },
    ],
    observedGeneration,
    ...projected,
  };
}

/** A secret's status, which has no conditions of its own (its CRD). */
export function secretStatus(verdicts: readonly Verdict[], observedGeneration: number | undefined) {
  const projected = split(verdicts, (message) => ({ type: 'Ready', status: 'False', message }));
  return { observedGeneration, ...projected };
}

function split(verdicts: readonly Verdict[], conditionOf: (problem: string) => object) {
  const failed = verdicts.flatMap(({ controlPlane, problem }) =>
    problem === undefined ? [] : [{ controlPlane, conditions: [conditionOf(problem)] }],
  );
  const provisioned = verdicts
    .filter(({ problem }) => problem === undefined)
    .map(({ controlPlane }) => ({ controlPlane }));
  return { failed, provisioned };
}

/** Whether two statuses say the same, times aside. */
export function isSameStatus(one: object | undefined, other: object): boolean {
  return one !== undefined && JSON.stringify(withoutTimes(one)) === JSON.stringify(withoutTimes(other));
}

/** The same with sorted keys and without times. */
function withoutTimes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutTimes);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([key]) => key !== 'lastTransitionTime');
  entries.sort(([one], [other]) => one.localeCompare(other));
  return Object.fromEntries(entries.map(([key, inner]) => [key, withoutTimes(inner)]));
}
