/** Rules of prefixes with placeholders that need no look at the Space. */
import { entries } from './forms.ts';
import type { InputName } from './inputs/index.ts';

const LISTS = ['secret-prefixes', 'parameter-prefixes'] as const satisfies readonly InputName[];

/** `/app/` and `app/` are one path to SSM. */
const normal = (name: InputName, prefix: string): string =>
  name === 'parameter-prefixes' ? prefix.replace(/^\//, '') : prefix;

/** What all may read must not cover what a control plane has for itself. In words; empty when nothing is wrong. */
export function coveredByCommon(text: (name: InputName) => string): readonly string[] {
  return LISTS.flatMap((name) => {
    const prefixes = entries(text(name));
    const common = prefixes.filter((prefix) => !prefix.includes('{'));
    return prefixes
      .filter((prefix) => prefix.includes('{'))
      .flatMap((own) => {
        const start = normal(name, own.slice(0, own.indexOf('{')));
        const cover = common.find((prefix) => start.startsWith(normal(name, prefix)));
        return cover === undefined
          ? []
          : [
              `\`${name}\`: \`${cover}\`, which all may read, covers \`${own}\`, which is to be each control plane's own. Take one of the two out, or give what all may read a beginning of its own.`,
            ];
      });
  });
}
