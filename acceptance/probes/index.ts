/** What only AWS can tell, asked of it with things of the run's own. */
import type { FactId } from '../facts/index.ts';
import type { SceneContext } from '../scenes/scene-context.ts';
import { seeAgent } from './agent.ts';
import { seeEditedAssociation, seeRefusedAssociations } from './associations.ts';
import { prepareProbes, type ProbeContext } from './probe-context.ts';
import { seeDenials } from './denials.ts';
import { seeDocuments } from './documents.ts';
import { seeEntering } from './entering.ts';
import { seeInjection } from './injection.ts';
import { seeIssuer } from './issuer.ts';
import { seePods } from './pods.ts';
import { seeSimulation } from './simulation.ts';
import { seeWebIdentity } from './web-identity.ts';

interface Probe {
  readonly facts: readonly FactId[];
  readonly see: (probeContext: ProbeContext) => Promise<void>;
}

const PROBES: readonly Probe[] = [
  {
    facts: ['trust-policy-kept', 'access-policy-kept', 'trust-policy-blanks', 'trust-policy-too-long'],
    see: seeDocuments,
  },
  {
    facts: [
      'role-seen-by-eks',
      'association-freed',
      'association-without-role',
      'association-without-trust',
      'session-policy-with-tags',
      'session-policy-blanks',
      'association-twice',
      'association-unchanged',
    ],
    see: seeRefusedAssociations,
  },
  {
    facts: ['association-listed', 'session-policy-kept', 'session-policy-removed', 'target-role-removed'],
    see: seeEditedAssociation,
  },
  {
    facts: [
      'denied-by-iam',
      'denied-by-eks',
      'absent-add-on-path',
      'tags-need-tag-resource',
      'association-needs-get-role',
    ],
    see: seeDenials,
  },
  {
    facts: ['policy-seen-by-simulation', 'simulation-shared', 'simulation-principal-tag'],
    see: seeSimulation,
  },
  {
    facts: [
      'web-identity-without-provider',
      'web-identity-stranger',
      'web-identity-audience',
      'trust-policy-seen-by-sts',
      'thumbprint-ignored',
      'web-identity-provider',
    ],
    see: seeWebIdentity,
  },
  { facts: ['issuer-closed-to-users', 'issuer-in-tokens'], see: seeIssuer },
  {
    facts: ['annotation-injected', 'association-injected', 'association-before-annotation'],
    see: seeInjection,
  },
  { facts: ['pod-identity-answer', 'association-change-served'], see: seePods },
  { facts: ['access-entry-admits'], see: seeEntering },
  { facts: ['agent-after-active'], see: seeAgent },
];

/** Asks everything. One question that can't be asked keeps no other from it. */
export async function seeFacts(context: SceneContext): Promise<void> {
  const { place } = context;
  const probeContext = await prepareProbes(context);
  for (const { facts, see } of PROBES) {
    try {
      await see(probeContext);
    } catch (error) {
      place.signal.throwIfAborted();
      const why = error instanceof Error ? error.message : String(error);
      place.log(`could not see ${facts.join(', ')}: ${why}`);
      for (const id of facts) place.facts.miss(id, why);
    }
  }
}
