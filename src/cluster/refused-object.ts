/** Says which rule of the cluster refuses an object, and what to do: no permission helps against these. */
import type { Advice, FailureReason } from '../model/failure.ts';

interface Rule {
  readonly pattern: RegExp;
  readonly reason: FailureReason;
  /** `name`: what the pattern's first group holds. */
  readonly next: (name: string) => string;
}

const RULES: readonly Rule[] = [
  {
    pattern: /failed calling webhook "([^"]*)"/,
    reason: 'rollout-failed',
    next: (name) =>
      `The API server can't call admission webhook ${name}, and refuses what it can't show it. Look at the Service, pods and certificate of that webhook (\`kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations\`), then run again.`,
  },
  {
    pattern: /admission webhook "([^"]*)" denied the request/,
    reason: 'access-denied',
    next: (name) =>
      `A policy of the cluster refuses the object by webhook ${name}; the message says which rule. Change the object as the rule wants (by the values of the Space's chart), or have the rule except the Space's namespaces.`,
  },
  {
    pattern: /ValidatingAdmissionPolicy '([^']*)'/,
    reason: 'access-denied',
    next: (name) =>
      `ValidatingAdmissionPolicy ${name} of the cluster refuses the object, and no RBAC helps against that; the message says which rule. One whose name begins with spaces-workload-identity came with permissions/rbac and holds the group to restarts: let a job that upgrades the release be of another group (docs/permissions.md). Any other: ask who keeps it.`,
  },
  {
    pattern: /violates PodSecurity "([^"]*)"/,
    reason: 'rollout-failed',
    next: (name) =>
      `The namespace admits only pods of level ${name}: its label \`pod-security.kubernetes.io/enforce\`. The message names what in the pod breaks that level; lower the level of the namespace, or change the pod by the values of the Space's chart.`,
  },
  {
    pattern: /in namespace "?([\w-]+)"? because it is being terminated/,
    reason: 'rollout-failed',
    next: (name) =>
      `Namespace ${name} is being deleted, with all that is in it. Run again when it is gone; if it stays, a finalizer holds it: \`kubectl get namespace ${name} -o yaml\` shows which.`,
  },
  {
    pattern: /exceeded quota: ([^,]*)/,
    reason: 'quota-exceeded',
    next: (name) =>
      `ResourceQuota ${name} of the namespace is used up: raise it, or free some of it, then run again.`,
  },
];

/** Reason and advice for an error of kind `refused` or `webhook`. */
export function adviseOnRefusedObject(said: string): Advice {
  for (const { pattern, reason, next } of RULES) {
    const match = pattern.exec(said);
    if (match !== null) return { reason, next: next(match[1] ?? '') };
  }
  return {
    reason: 'access-denied',
    next: 'A rule of the cluster refuses the object, not the lack of a permission: the message says which. Change what it names, then run again.',
  };
}
