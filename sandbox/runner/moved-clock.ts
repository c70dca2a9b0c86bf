/** Preloaded into a job (`node --import`): its clock is ahead by as many milliseconds as the file that `SANDBOX_CLOCK` names says. */
import { readFileSync } from 'node:fs';

const file = process.env['SANDBOX_CLOCK'] ?? '';

function ahead(): number {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch {
    return 0;
  }
}

const machine = Date.now.bind(Date);
const now = (): number => machine() + ahead();

globalThis.Date = new Proxy(Date, {
  construct: (target, args: readonly (number | string | Date)[]): Date => {
    const [first, ...rest] = args;
    if (first === undefined) return new target(now());
    const made: unknown = Reflect.construct(target, [first, ...rest]);
    return made instanceof target ? made : new target(now());
  },
  get: (target, name, receiver): unknown => (name === 'now' ? now : Reflect.get(target, name, receiver)),
});
