/** Who may assume what, as a small Mermaid flowchart that still reads with hundreds of control planes. */
import type { Config } from '../model/config.ts';
import { countOf } from '../model/count.ts';
import type { Desired } from '../model/desired.ts';
import type { World } from '../model/world.ts';

/** Groups drawn one by one; the rest shares a box. */
const MOST_GROUPS = 8;
/** Prefixes and roles drawn, of each. */
const MOST_BOXES = 6;

/** The Mermaid diagram, as a fenced block of Markdown. */
export function picture(config: Config, desired: Desired, world: World): string {
  const { intent, mechanism } = desired;
  const job =
    config.signIn.roleToAssume === undefined
      ? []
      : [
          `  job["GitHub job"] -->|OIDC| runner["${label(world.caller.arn)}"]`,
          '  runner -.->|keeps in order| role',
        ];
  const lines = [
    'flowchart LR',
    ...job,
    ...groups(world).map(
      ([name, count], index) =>
        `  g${index}["${label(name)}<br>${count} × ${label(intent.serviceAccount)}"] -->|${mechanism.name}| role`,
    ),
    `  role["${label(world.target.roleArn)}"]`,
    ...readable(desired).map((text, index) => `  role -->|reads| p${index}["${label(text)}"]`),
    ...few(desired.grants.assumes, 'more role').map(
      (text, index) => `  role -->|goes on to| r${index}["${label(text)}"]`,
    ),
  ];
  return `\`\`\`mermaid\n${lines.join('\n')}\n\`\`\``;
}

/** Control planes by group, the largest first; namespaces named outright have none. */
function groups({ placed }: World): readonly (readonly [string, number])[] {
  const byGroup = Map.groupBy(placed, ({ controlPlane }) => controlPlane?.group || 'namespaces');
  const counted = [...byGroup]
    .map(([name, list]) => [name, list.length] as const)
    .toSorted(([, a], [, b]) => b - a);
  const rest = counted.slice(MOST_GROUPS);
  if (rest.length === 0) return counted;
  return [
    ...counted.slice(0, MOST_GROUPS),
    [countOf(rest.length, 'more group'), rest.reduce((sum, [, n]) => sum + n, 0)],
  ];
}

function readable({ intent, grants }: Desired): readonly string[] {
  if (intent.role.kind === 'referenced') return ['whatever the given role may'];
  const all = [...grants.reads, ...grants.own].map(({ service, prefix }) => `${service.contents} ${prefix}…`);
  return few(all, 'more prefix', 'more prefixes');
}

function few(all: readonly string[], ...noun: readonly [one: string, many?: string]): readonly string[] {
  if (all.length <= MOST_BOXES) return all;
  return [...all.slice(0, MOST_BOXES), countOf(all.length - MOST_BOXES, ...noun)];
}

/** Inside a quoted Mermaid label only harmless characters stay; braces of placeholders as its entity codes. */
function label(text: string): string {
  const harmless = text.replaceAll(/[^\w :/.…@*+=,{}-]/g, '').slice(0, 120);
  return harmless.replaceAll('{', '#123;').replaceAll('}', '#125;');
}
