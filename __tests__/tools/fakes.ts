/** Stand-ins for what the adapters are handed: a log, and a program that answers from a script. */
import type { Exec, ExecRequest, ExecResult } from '../../src/tools/exec.ts';
import type { Log } from '../../src/model/ports.ts';

export interface FakeLog extends Log {
  readonly lines: string[];
  readonly warnings: string[];
}

export function fakeLog(): FakeLog {
  const lines: string[] = [];
  const warnings: string[] = [];
  return {
    lines,
    warnings,
    info: (line) => lines.push(line),
    warning: (line) => warnings.push(line),
    debug: (line) => lines.push(line),
    group: (_title, body) => body(),
  };
}

export interface FakeExec {
  readonly exec: Exec;
  readonly requests: ExecRequest[];
  /** The arguments of each call, joined by blanks. */
  readonly lines: () => readonly string[];
}

type Answer = Partial<ExecResult> | string;

/** A text is stdout of a call that went well. */
export function fakeExec(answer: (line: string, request: ExecRequest) => Answer | Promise<Answer>): FakeExec {
  const requests: ExecRequest[] = [];
  return {
    requests,
    lines: () => requests.map(({ args }) => args.join(' ')),
    exec: async (request) => {
      requests.push(request);
      const given = await answer(request.args.join(' '), request);
      const result = typeof given === 'string' ? { stdout: given } : given;
      return { code: 0, stdout: '', stderr: '', ...result };
    },
  };
}

/** A call that ends with code 1. */
export function refused(stderr: string): Partial<ExecResult> {
  return { code: 1, stderr };
}
